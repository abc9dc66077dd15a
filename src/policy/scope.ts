/** The variables of conditions, as CEL knows values; each made when a condition first reads it. */
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Exchange, Facts, Finding, JsonValue, Match, Risk, Unit } from '../exchange.ts';
import { findingsOf } from './findings.ts';
import { once } from './once.ts';
import { directionOf } from './stages.ts';
import type { Variable } from './variables.ts';

/** Variables that the unit does not have are undefined: reading one fails, which counts as matched. */
export type Scope = { readonly [name in Variable]?: unknown };

/** What is the same for all units of an exchange. */
export type Surroundings = Pick<
  Scope,
  'connection' | 'provider' | 'model' | 'caller' | 'session' | 'request' | 'now'
>;

/** The findings of a request that was decided before; an exchange that holds its answer alone does not know them. */
export interface RequestFindings {
  readonly findings?: readonly Finding[];
}

export function surroundings(
  exchange: Exchange & { readonly request: RequestFindings },
  facts: Facts,
): Surroundings {
  const { connection, provider, model, request } = exchange;
  const { caller, session } = facts;
  return lazy<Surroundings>({
    connection: () => connection,
    provider: () => provider,
    model: () => model,
    caller: () => record({ ...caller }),
    session: () => record({ ...session }),
    request: () => record({ ...request, findings: (request.findings ?? requestFindings(exchange)) as never }),
    now: () => timestampFromMs(facts.now),
  });
}

const requestFindings = ({ units, matches }: Exchange): Finding[] =>
  units.flatMap((unit, i) =>
    directionOf(unit.stage) === 'to_model' ? findingsOf(unit, matches[i] ?? []) : [],
  );

export interface UnitView {
  readonly unit: Unit;
  readonly matches: readonly (readonly Match[])[];
  readonly risk: Risk;
  readonly see: ((text: string) => string) | undefined;
}

/** One scope for each reading of the unit's values (two where a key stands twice). */
export function scopesOf({ unit, matches, risk, see }: UnitView, around: Surroundings): readonly Scope[] {
  const findings = once(() => findingsOf(unit, matches).map((finding) => record({ ...finding })));
  const readings = once(() => unit.values?.(see) ?? []);
  const isCall = unit.stage === 'tool_call' || unit.stage === 'past_call';
  const valuesAt = (index: number): unknown => (index in readings() ? toCel(readings()[index]!) : undefined);
  const scope = (index: number): Scope =>
    Object.setPrototypeOf(
      lazy<Scope>({
        stage: () => unit.stage,
        tool: () => unit.tool && record({ name: unit.tool.name, description: unit.tool.description ?? '' }),
        args: () => (isCall ? valuesAt(index) : undefined),
        result: () => (unit.stage === 'tool_result' ? valuesAt(index) : undefined),
        findings,
        risk: () => BigInt(risk.total),
      }),
      around,
    ) as Scope;
  return [
    scope(0),
    ...readings()
      .slice(1)
      .map((_, i) => scope(i + 1)),
  ];
}

/** JSON as CEL values: whole numbers are ints, objects maps (no prototype to reach through). */
function toCel(value: JsonValue): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(toCel);
  return record(value as { readonly [key: string]: JsonValue });
}

function record(value: { readonly [key: string]: unknown }): ReadonlyMap<string, unknown> {
  const map = new Map<string, unknown>();
  for (const [key, each] of Object.entries(value))
    if (each !== undefined) map.set(key, toCel(each as JsonValue));
  return map;
}

function lazy<T extends object>(makers: { readonly [K in keyof T]: () => T[K] }): T {
  const object = {};
  for (const [name, make] of Object.entries(makers) as [string, () => unknown][]) {
    Object.defineProperty(object, name, { get: once(make), enumerable: true });
  }
  return object as T;
}

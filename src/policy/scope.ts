/** The variables of conditions, as CEL knows values; each made when a condition first reads it. */
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Exchange, Facts, Finding, JsonValue, Match, Risk, Tally, Unit } from '../exchange.ts';
import { findingsOf } from './findings.ts';
import { once } from './once.ts';
import { directionOf } from './stages.ts';
import type { Variable } from './variables.ts';

/** Variables that the unit does not have are undefined: reading one fails, which counts as matched. */
export type Scope = { readonly [name in Variable]: unknown } & {
  /** What `session.count` and `session.sum` add up. */
  readonly tallies: readonly Tally[];
  /** Of the unit. */
  readonly path: string;
};

/** What is the same for all units of an exchange. */
export type Surroundings = Pick<Scope, 'connection' | 'provider' | 'model'> & {
  readonly [name in 'caller' | 'session' | 'request' | 'now']: () => unknown;
};

/** The findings of a request that was decided before; an exchange that holds its answer alone does not know them. */
export interface RequestFindings {
  readonly findings?: readonly Finding[];
}

export function surroundings(
  exchange: Exchange & { readonly request: RequestFindings },
  facts: Facts,
): Surroundings {
  const { connection, provider, model, request } = exchange;
  const findings = (): unknown => (request.findings ?? requestFindings(exchange)).map(fromRecord);
  return {
    connection,
    provider,
    model,
    caller: once(() => fromRecord(facts.caller)),
    session: once(() => fromRecord({ ...facts.session, tally: undefined })),
    request: once(() => fromRecord(request).set('findings', findings())),
    now: once(() => timestampFromMs(facts.now)),
  };
}

const requestFindings = ({ units, matches }: Exchange): Finding[] =>
  units.flatMap((unit, i) =>
    directionOf(unit.stage) === 'to_model' ? findingsOf(unit, matches[i] ?? []) : [],
  );

export interface UnitView {
  readonly tallies: readonly Tally[];
  readonly unit: Unit;
  readonly matches: readonly (readonly Match[])[];
  readonly risk: Risk;
  readonly see: ((text: string) => string) | undefined;
}

/** The scopes of one unit. */
export interface Scopes {
  /** For conditions that read neither arguments nor result, which are then not made. */
  bare(): Scope;
  /** One for each reading of the unit's values: two where a key stands twice. */
  each(): readonly Scope[];
}

export function scopesOf(view: UnitView, around: () => Surroundings): Scopes {
  const { unit, matches, see } = view;
  const findings = once(() => findingsOf(unit, matches).map(fromRecord));
  const scope = (value: JsonValue | undefined): Scope => scopeOf(view, around(), findings, value);
  return {
    bare: once(() => scope(undefined)),
    each: once(() => (unit.values?.(see) ?? [undefined]).map(scope)),
  };
}

function scopeOf(
  { unit, risk, tallies }: UnitView,
  around: Surroundings,
  findings: () => unknown,
  value: JsonValue | undefined,
): Scope {
  const { stage, path, tool } = unit;
  const isCall = stage === 'tool_call' || stage === 'past_call';
  const converted = once(() => (value === undefined ? undefined : fromJson(value)));
  return {
    tallies,
    path,
    stage,
    risk: BigInt(risk.total),
    connection: around.connection,
    provider: around.provider,
    model: around.model,
    get tool() {
      return tool && fromRecord({ name: tool.name, description: tool.description ?? '' });
    },
    get args() {
      return isCall ? converted() : undefined;
    },
    get result() {
      return stage === 'tool_result' ? converted() : undefined;
    },
    get findings() {
      return findings();
    },
    get caller() {
      return around.caller();
    },
    get session() {
      return around.session();
    },
    get request() {
      return around.request();
    },
    get now() {
      return around.now();
    },
  };
}

/** JSON as CEL values: whole numbers are ints, objects maps (no prototype to reach through). */
function fromJson(value: JsonValue): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? (value as readonly JsonValue[]).map(fromJson) : fromRecord(value);
}

function fromRecord(value: object): Map<string, unknown> {
  const map = new Map<string, unknown>();
  for (const [key, each] of Object.entries(value))
    if (each !== undefined) map.set(key, fromJson(each as JsonValue));
  return map;
}

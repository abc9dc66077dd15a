/** Policies from text and exchanges from plain values, for the tests of this room. */
import type { Decision, Exchange, Facts, JsonValue, Leaf, Match, Stage, Unit } from '../../src/exchange.ts';
import { find } from '../../src/policy/find.ts';
import { type Governed, govern } from '../../src/policy/govern.ts';
import { loadPolicy, type Problem } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';

type Files = Readonly<Record<string, string>>;

/** Loads `fcgate.yaml`, what it extends taken from `files`. */
export function load(text: string, files: Files = {}) {
  return loadPolicy({ file: 'fcgate.yaml', text }, (reference) => {
    const name = reference.replace('./', '');
    if (files[name] === undefined) throw new Error('no such file');
    return { file: name, text: files[name] };
  });
}

export function policyOf(text: string, files?: Files): Policy {
  const loaded = load(text, files);
  if (!loaded.ok) throw new Error(loaded.problems.map(told).join('\n'));
  return loaded.policy;
}

/** `file:line:column: message` of each problem. */
export function problemsOf(text: string, files?: Files): string[] {
  const loaded = load(text, files);
  return loaded.ok ? [] : loaded.problems.map(told);
}

export const told = ({ file, line, column, message }: Problem): string =>
  `${file}:${line}:${column}: ${message}`;

interface UnitParts {
  readonly tool?: string;
  readonly description?: string;
  /** The values' other reading, where a key stands twice. */
  readonly or?: JsonValue;
  readonly remote?: true;
  readonly fixed?: true;
  readonly path?: string;
}

/** A text stays plain; anything else becomes leaves and values, as `wire` would point at them. */
export function unit(stage: Stage, content: JsonValue, parts: UnitParts = {}): Unit {
  const { tool, description, or, remote, fixed, path = '/at' } = parts;
  const plain = typeof content === 'string';
  return {
    stage,
    path,
    leaves: leavesOf(content, path).map((leaf) => (fixed ? { ...leaf, fixed } : leaf)),
    ...(tool === undefined ? {} : { tool: { name: tool, ...(description ? { description } : {}) } }),
    ...(plain
      ? {}
      : { values: (see) => [content, ...(or === undefined ? [] : [or])].map((each) => seen(each, see)) }),
    ...(remote ? { remote } : {}),
  };
}

export const call = (tool: string, args: JsonValue, parts: UnitParts = {}): Unit =>
  unit('tool_call', args, { tool, ...parts });

function leavesOf(value: JsonValue, path: string, key?: string): Leaf[] {
  if (typeof value === 'string' || typeof value === 'number') {
    return [leafOf(typeof value as 'string' | 'number', String(value), path, key)];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    const below = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [...(Array.isArray(value) ? [] : [leafOf('key', name, below)]), ...leavesOf(each, below, name)];
  });
}

function leafOf(kind: Leaf['kind'], text: string, path: string, key?: string): Leaf {
  const bytes = Buffer.from(`<${text}>`);
  return {
    path,
    kind,
    bytes,
    start: 1,
    end: bytes.length - 1,
    origin: undefined,
    ...(key === undefined ? {} : { key }),
  };
}

function seen(value: JsonValue, see: (text: string) => string = (text) => text): JsonValue {
  if (typeof value === 'string') return see(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((each) => seen(each, see));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, seen(each, see)]));
}

export const somebody: Facts = {
  now: Date.UTC(2026, 10, 22, 20, 30),
  caller: { subject: 'ada', groups: ['support'], claims: { team: 'blue' } },
  session: { id: 's1', calls: 3, tools: ['read_inbox'] },
};

export function exchangeOf(policy: Policy, units: readonly Unit[], parts: Partial<Governed> = {}): Governed {
  return {
    connection: 'openai',
    provider: 'openai',
    model: 'gpt-x',
    request: { bytes: 2048, messages: 2, stream: false },
    units,
    matches: units.map((each) => each.leaves.map((leaf): readonly Match[] => find(policy, leaf))),
    ...parts,
  } satisfies Exchange;
}

/** The decisions on units under a policy. */
export function decide(
  policy: Policy | string,
  units: readonly Unit[],
  parts?: Partial<Governed>,
  facts: Facts = somebody,
): Decision[] {
  const compiled = typeof policy === 'string' ? policyOf(policy) : policy;
  return govern(exchangeOf(compiled, units, parts), compiled, facts);
}

/** The decision on one unit. */
export const decideOne = (
  policy: Policy | string,
  one: Unit,
  parts?: Partial<Governed>,
  facts?: Facts,
): Decision => decide(policy, [one], parts, facts)[0]!;

/** What is masked in a unit: the text, the form, the row. */
export const masked = (one: Unit, decision: Decision): string[] =>
  decision.masks.map(({ leaf, start, end, entity, form, rule }) => {
    const { bytes, start: from } = one.leaves[leaf]!;
    return `${Buffer.from(bytes.subarray(from + start, from + end)).toString()} ${entity} ${form} by ${rule}`;
  });

/** The rules that had a say: `deny rules.x`. */
export const rulesOf = (decision: Decision): string[] =>
  decision.rules.map(({ effect, rule }) => `${effect} ${rule}`);

/** The hidden wrapper in which models pack several calls: `multi_tool_use.parallel` (seen in OpenAI traffic). */
import type { JsonValue, Leaf, Unit } from '../exchange.ts';

const WRAPPERS = new Set(['parallel', 'multi_tool_use.parallel']);

/** The calls inside a wrapper, each a unit of its own; the call itself where it is no wrapper. */
export function parallelCalls(call: Unit): Unit[] {
  if (!WRAPPERS.has(call.tool?.name ?? '') || !call.values) return [call];
  const readings = call.values();
  const uses = usesOf(readings);
  if (uses === undefined) return [call];
  const { inside, around } = leavesByUse(call);
  return uses.map(({ name, place }, i) => {
    const parameters = readings.map((reading) => parametersOf(reading, place));
    return {
      ...call,
      path: `${call.path}/tool_uses/${place}/parameters`,
      tool: { name },
      leaves: [...(inside.get(place) ?? []), ...(i === 0 ? around : [])],
      values: (see) => (see ? parameters.map((value) => seen(value, see)) : parameters),
    };
  });
}

interface Use {
  readonly name: string;
  readonly place: number;
}

/** Who is called at each place, under any reading; undefined where one is no such list: then none is believed. */
function usesOf(readings: readonly JsonValue[]): Use[] | undefined {
  const uses = new Map<string, Use>();
  for (const reading of readings) {
    const told = field(reading, 'tool_uses');
    if (!Array.isArray(told) || told.length === 0) return undefined;
    for (const [place, use] of (told as readonly JsonValue[]).entries()) {
      const recipient = field(use, 'recipient_name');
      if (typeof recipient !== 'string') return undefined;
      const name = recipient.replace(/^functions\./, '');
      uses.set(`${place} ${name}`, { name, place });
    }
  }
  return [...uses.values()];
}

/** The leaves of each inner call's parameters, and all others. */
function leavesByUse({ path, leaves }: Unit): { inside: Map<number, Leaf[]>; around: Leaf[] } {
  const inside = new Map<number, Leaf[]>();
  const around: Leaf[] = [];
  for (const leaf of leaves) {
    const steps = leaf.path.slice(path.length).split('/', 5);
    const place = steps[1] === 'tool_uses' && steps[3] === 'parameters' && steps.length === 5 ? steps[2] : '';
    const own = place ? inside.get(Number(place)) : around;
    if (own) own.push(leaf);
    else inside.set(Number(place), [leaf]);
  }
  return { inside, around };
}

const parametersOf = (value: JsonValue, place: number): JsonValue => {
  const uses = field(value, 'tool_uses');
  return Array.isArray(uses) ? (field(uses[place], 'parameters') ?? {}) : {};
};

function field(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [key: string]: JsonValue })[name];
}

/** The value with each string as `see` has it. */
function seen(value: JsonValue, see: (text: string) => string): JsonValue {
  if (typeof value === 'string') return see(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((each) => seen(each, see));
  const mapped: Record<string, JsonValue> = Object.create(null);
  for (const [key, each] of Object.entries(value)) mapped[key] = seen(each, see);
  return mapped;
}

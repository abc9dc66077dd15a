/** The hidden wrapper in which models pack several calls: `multi_tool_use.parallel` (seen in OpenAI traffic). */
import type { JsonValue, Unit } from '../exchange.ts';

const WRAPPERS = new Set(['parallel', 'multi_tool_use.parallel']);

/** The calls inside a wrapper, each a unit of its own; the call itself where it is no wrapper. */
export function parallelCalls(call: Unit): Unit[] {
  if (!WRAPPERS.has(call.tool?.name ?? '') || !call.values) return [call];
  const uses = usesOf(call.values()[0]);
  if (uses === undefined) return [call];
  const inside = uses.map((name, i) => innerCall(call, name, i));
  const claimed = new Set(inside.flatMap((unit) => unit.leaves));
  const rest = call.leaves.filter((leaf) => !claimed.has(leaf));
  const [first, ...others] = inside;
  return [{ ...first!, leaves: [...first!.leaves, ...rest] }, ...others];
}

function innerCall(call: Unit, name: string, i: number): Unit {
  const path = `${call.path}/tool_uses/${i}/parameters`;
  return {
    ...call,
    path,
    tool: { name },
    leaves: call.leaves.filter((leaf) => leaf.path.startsWith(`${path}/`)),
    values: (see) => call.values!(see).map((value) => parametersOf(value, i)),
  };
}

/** Names of the inner calls; undefined where it is not the known shape, and then no inner call is believed. */
function usesOf(value: JsonValue | undefined): string[] | undefined {
  const uses = field(value, 'tool_uses');
  if (!Array.isArray(uses) || uses.length === 0) return undefined;
  const names = uses.map((use: JsonValue) => field(use, 'recipient_name'));
  if (!names.every((name) => typeof name === 'string')) return undefined;
  return names.map((name) => name.replace(/^functions\./, ''));
}

const parametersOf = (value: JsonValue, i: number): JsonValue => {
  const uses = field(value, 'tool_uses');
  return Array.isArray(uses) ? (field(uses[i], 'parameters') ?? {}) : {};
};

function field(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [key: string]: JsonValue })[name];
}

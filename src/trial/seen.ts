/** What recorded traffic shows of tools and callers: what was offered, what was called, and with which arguments. */
import type { JsonValue, Recording, Unit } from '../exchange.ts';
import { unitsIn } from '../flow/told.ts';
import { argumentSchema, type Schema } from '../policy/tool-schema.ts';

export interface SeenTool {
  readonly name: string;
  description?: string;
  /** The schemas of its arguments, each once. */
  readonly schemas: Schema[];
  /** In how many exchanges it was offered, and how many new calls there were. */
  offered: number;
  calls: number;
  /** Names of the arguments that calls had. */
  readonly arguments: Set<string>;
}

/** By name, in the order of their names. */
export type SeenTools = ReadonlyMap<string, SeenTool>;

/** Versions of one tool's schema that are told apart. */
const MOST_SCHEMAS = 4;
const MOST_TOOLS = 2000;
const MOST_NAMES = 200;

export function seenTools(recordings: readonly Recording[]): SeenTools {
  const tools = new Map<string, SeenTool>();
  for (const recording of recordings) for (const unit of unitsIn(recording)) see(tools, unit);
  return new Map([...tools].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function see(tools: Map<string, SeenTool>, { stage, tool, definition, values }: Unit): void {
  if (!tool || tool.name === '' || (!tools.has(tool.name) && tools.size >= MOST_TOOLS)) return;
  const { name, description } = tool;
  const seen = tools.get(name) ?? { name, schemas: [], offered: 0, calls: 0, arguments: new Set() };
  tools.set(name, seen);
  if (stage === 'tool_definition') {
    seen.offered++;
    if (description !== undefined) seen.description ??= description;
    const schema = definition && argumentSchema(definition());
    if (schema) addSchema(seen.schemas, schema);
  }
  if (stage === 'tool_call') seen.calls++;
  if (stage === 'tool_call' || stage === 'past_call')
    for (const each of values?.() ?? []) for (const key of namesIn(each)) addName(seen.arguments, key);
}

function addSchema(schemas: Schema[], schema: Schema): void {
  const text = JSON.stringify(schema);
  if (schemas.length < MOST_SCHEMAS && !schemas.some((each) => JSON.stringify(each) === text))
    schemas.push(schema);
}

function addName(names: Set<string>, name: string): void {
  if (names.size < MOST_NAMES) names.add(name);
}

const namesIn = (value: JsonValue): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];

/** Function calls of the shared corpus, as conversations: some harmless, some dangerous. */
import type { Sketch, SketchMessage } from '../../src/fixture.ts';
import { recordsOf } from '../laws/corpus.ts';

export interface Labelled {
  readonly source: string;
  readonly kind: string;
  readonly dangerous: boolean;
  /** Each is a conversation that ends in a call; one that is held or refused is enough. */
  readonly sketches: readonly Sketch[];
}

interface Row {
  readonly id: string;
  readonly tool: string | null;
  readonly args: object | null;
  readonly calls?: readonly { readonly tool: string; readonly args: object }[];
  readonly tools?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly parameters?: object;
  }[];
  readonly context?: unknown;
  readonly label: string;
  readonly rule?: string;
  readonly toolResult?: string;
  readonly attackTools?: readonly string[];
}

/** Rows without a call, and runs whose attack failed (which calls of them are harmless is not labelled), are left out. */
export const labelled = (): Labelled[] => [
  ...read('agentdojo', (row) => one(row, row.label === 'malicious', row.tool!)),
  ...read('injecagent', (row) => one(row, row.label === 'malicious', row.tool!)),
  ...read('injecagent', injected, 'injecagent, after an injection'),
  ...read('craibench-runs', (row) => (row.label === 'attack-succeeded' ? [wholeRun(row)] : [])),
  ...read('fence', (row) => one(row, row.label !== 'allow', row.rule ?? 'allow')),
  ...read('bfcl', (row) => (row.label === 'benign' ? one(row, false, row.tool!) : [])),
  ...read('tau2', (row) => one(row, false, row.tool!)),
];

type Told = Omit<Labelled, 'source'>;

const read = (file: string, tell: (row: Row) => Told[], source = file): Labelled[] =>
  recordsOf<Row>(`agentic/${file}.jsonl.gz`)
    .filter((row) => row.tool !== null || row.calls)
    .flatMap(tell)
    .map((each) => ({ source, ...each }));

const one = (row: Row, dangerous: boolean, kind: string): Told[] => [
  { kind, dangerous, sketches: [sketch(row, row.tool!, row.args ?? {})] },
];

const wholeRun = (row: Row): Told => ({
  kind: (row.calls ?? []).map(({ tool }) => tool).join(', ') || row.tool!,
  dangerous: true,
  sketches: (row.calls ?? [{ tool: row.tool!, args: row.args ?? {} }]).map(({ tool, args }, i) =>
    sketch(row, tool, args, ` ${i}`),
  ),
});

/** A result that tells the model what to do, and the first call that does it. Its arguments are not in the corpus. */
function injected(row: Row): Told[] {
  const { toolResult, attackTools = [], tool, args } = row;
  const [wanted] = attackTools;
  if (toolResult === undefined || wanted === undefined) return [];
  const past = { tool: tool!, args: args ?? {}, result: toolResult };
  const sketches = attackTools.map((name, i) => sketch(row, name, {}, ` after ${i}`, [past]));
  return [{ kind: attackTools.join(', '), dangerous: true, sketches }];
}

function sketch(
  { id, tools = [], context }: Row,
  tool: string,
  args: object,
  mark = '',
  past: readonly SketchMessage[] = [],
): Sketch {
  const said = typeof context === 'string' ? context : 'Go on.';
  const offered = tools.map(({ name, description, parameters }) => ({
    name,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
  }));
  return {
    name: `${id}${mark}`,
    messages: [{ user: said }, ...past],
    tools: [...offered, ...[tool].filter((name) => !tools.some((each) => each.name === name))],
    tool,
    args,
    expect: {},
  };
}

/** What a policy says of tools, arguments and groups that no recorded traffic knows. */
import type { Recording } from '../exchange.ts';
import type { Fixture } from '../fixture.ts';
import { conditionsOf, type Placed } from '../policy/conditions.ts';
import { matchesGlob } from '../policy/glob.ts';
import type { Merged } from '../policy/merge.ts';
import { didYouMean } from '../policy/nearest.ts';
import type { PolicyFile } from '../policy/policy.generated.ts';
import { fieldsOf } from '../policy/tool-schema.ts';
import type { Path, Problem } from '../policy/yaml.ts';
import { type SeenTool, type SeenTools, seenTools } from './seen.ts';

/** Warnings about what the traffic contradicts. */
export function checkAgainst(
  merged: Merged,
  recordings: readonly Recording[],
  cases: Fixture['cases'] = [],
): Problem[] {
  const { value: file } = merged;
  const found: Problem[] = [];
  const warn: Warn = (path, message, offset) =>
    void found.push({
      ...(offset === undefined ? merged.keyPlace(path) : merged.placeWithin(path, offset)),
      message,
    });
  const tools = seenTools(recordings);
  const conditions = conditionsOf(file);
  if (tools.size > 0) {
    unseenPatterns(file, tools, warn);
    for (const condition of conditions) unseenNames(condition, tools, warn);
  }
  const groups = new Set(
    [...recordings, ...cases.flatMap(({ caller }) => caller ?? [])].flatMap(({ groups }) => groups ?? []),
  );
  if (groups.size > 0) unseenGroups(file, conditions, groups, warn);
  return found
    .filter((each) => each.file !== 'built-in')
    .sort(
      (a, b) => (a.file < b.file ? -1 : Number(a.file > b.file)) || a.line - b.line || a.column - b.column,
    );
}

type Warn = (path: Path, message: string, offset?: number) => void;

const quote = (text: string): string => JSON.stringify(text);

/** Rows that match no tool that was offered or called. */
function unseenPatterns({ tools = {}, mask, risk }: PolicyFile, seen: SeenTools, warn: Warn): void {
  const tables = { tools, 'mask fields': mask?.fields ?? {}, 'risk tools': risk?.tools ?? {} };
  for (const [table, rows] of Object.entries(tables))
    for (const pattern of Object.keys(rows)) {
      if (pattern === '*' || toolsOf(seen, pattern).length > 0) continue;
      warn(
        [...table.split(' '), pattern],
        `No recorded tool is called ${quote(pattern)}.${didYouMean(pattern, seen.keys())}`,
      );
    }
}

const toolsOf = (seen: SeenTools, pattern: string): SeenTool[] =>
  [...seen.values()].filter(({ name }) => matchesGlob(pattern, name));

function unseenNames(condition: Placed, seen: SeenTools, warn: Warn): void {
  const { path, said, rule } = condition;
  for (const { chain, words, offset } of said.compares.filter((each) => each.chain === 'tool.name'))
    for (const word of words.filter((each) => !seen.has(each)))
      warn(
        path,
        `${rule} compares ${chain} with ${quote(word)}, which no recorded tool is called.${didYouMean(word, seen.keys())}`,
        offset,
      );
  const asked = toolsAsked(condition, seen);
  for (const { chain, offset } of said.reads) {
    const [root, ...fields] = chain;
    if (root === 'args' && fields.length > 0)
      unseenField(fields, asked, (message) => warn(path, `${rule}: ${message}`, offset));
  }
}

/** The tools that a condition may be asked of: by its row, or by the name that it requires. */
function toolsAsked({ tools, said }: Placed, seen: SeenTools): SeenTool[] {
  const named = said.compares.find(({ chain, required }) => chain === 'tool.name' && required);
  const all = toolsOf(seen, tools);
  return named ? all.filter(({ name }) => named.words.includes(name)) : all;
}

/** An argument that none of the tools has, neither in its schemas nor in its calls. Where any tool takes anything, nothing is said. */
function unseenField(
  fields: readonly string[],
  tools: readonly SeenTool[],
  warn: (message: string) => void,
): void {
  for (const depth of fields.keys()) {
    const known = new Set<string>();
    for (const tool of tools) {
      const names = namesAt(tool, fields.slice(0, depth));
      if (!names) return;
      for (const name of names) known.add(name);
    }
    const field = fields[depth]!;
    if (known.has(field)) continue;
    if (known.size === 0) return;
    const whose =
      tools.length === 1 ? `${quote(tools[0]!.name)} has` : `None of ${tools.length} recorded tools has`;
    const not = tools.length === 1 ? 'no argument' : 'an argument';
    warn(`${whose} ${not} ${quote(fields.slice(0, depth + 1).join('.'))}.${didYouMean(field, known)}`);
    return;
  }
}

/** Undefined where they cannot be known. */
function namesAt(
  { schemas, arguments: used }: SeenTool,
  path: readonly string[],
): ReadonlySet<string> | undefined {
  if (schemas.length === 0 && (used.size === 0 || path.length > 0)) return undefined;
  const all = new Set(path.length === 0 ? used : []);
  for (const schema of schemas) {
    const names = fieldsOf(schema, path);
    if (!names) return undefined;
    for (const name of names) all.add(name);
  }
  return all;
}

function unseenGroups(
  file: PolicyFile,
  conditions: readonly Placed[],
  seen: ReadonlySet<string>,
  warn: Warn,
): void {
  const check = (groups: readonly string[] | undefined, path: Path, offset?: number): void => {
    for (const group of groups ?? [])
      if (!seen.has(group))
        warn(
          path,
          `Nobody in the recorded traffic is in the group ${quote(group)}.${didYouMean(group, seen)}`,
          offset,
        );
  };
  for (const [name, each] of Object.entries(file.connections ?? {}))
    check(each.groups, ['connections', name, 'groups']);
  for (const [name, row] of Object.entries(file.tools ?? {})) {
    const approve = typeof row === 'object' && typeof row.approve === 'object' ? row.approve : undefined;
    check(approve?.groups, ['tools', name, 'approve', 'groups']);
  }
  for (const [i, { approve }] of (file.rules ?? []).entries())
    if (typeof approve === 'object') check(approve.groups, ['rules', i, 'approve', 'groups']);
  check(file.risk?.groups, ['risk', 'groups']);
  for (const { path, said } of conditions)
    for (const { words, offset } of said.compares.filter(({ chain }) => chain === 'caller.groups'))
      check(words, path, offset);
}

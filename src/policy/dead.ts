/** What a policy says in vain: rows that nothing reaches, rules that never fire or that others make idle, words nobody knows. */
import { conditionsOf, type Placed } from './conditions.ts';
import { bySpecificity, covers, isGlob, lookup, overlap } from './glob.ts';
import type { Merged } from './merge.ts';
import { didYouMean } from './nearest.ts';
import type { PolicyFile, Row } from './policy.generated.ts';
import type { Policy } from './policy.ts';
import type { Compared } from './said.ts';
import { stages } from './stages.ts';
import type { Path, Problem } from './yaml.ts';

/** Warnings, in the order of the file; those about the built-in policy are nobody's. */
export function deadParts(merged: Merged, policy: Policy): Problem[] {
  const { value: file } = merged;
  const found: Problem[] = [];
  const warn: Warn = (path, message, offset) =>
    void found.push({
      ...(offset === undefined ? merged.keyPlace(path) : merged.placeWithin(path, offset)),
      message,
    });
  deadPatterns(Object.keys(file.tools ?? {}), ['tools'], warn);
  deadPatterns(Object.keys(file.risk?.tools ?? {}), ['risk', 'tools'], warn);
  weakDenials(file.tools ?? {}, warn);
  deadMasks(file, policy, warn);
  deadLimits(file, warn);
  const conditions = conditionsOf(file);
  deadRules(conditions, file, warn);
  unknownWords(conditions, policy, warn);
  return found
    .filter((each) => each.file !== 'built-in')
    .sort(
      (a, b) => (a.file < b.file ? -1 : Number(a.file > b.file)) || a.line - b.line || a.column - b.column,
    );
}

type Warn = (path: Path, message: string, offset?: number) => void;
type Tools = NonNullable<PolicyFile['tools']>;

const quote = (text: string): string => JSON.stringify(text);

function deadPatterns(patterns: readonly string[], path: Path, warn: Warn): void {
  for (const pattern of patterns) {
    const other = patterns.find(
      (each) => each !== pattern && bySpecificity(each, pattern) < 0 && covers(each, pattern),
    );
    if (other !== undefined)
      warn(
        [...path, pattern],
        `Nothing reaches this row: ${quote(other)} is more specific, and matches all that it does.`,
      );
  }
}

const isDenied = (row: Row): boolean =>
  row === 'deny' || (typeof row === 'object' && row.deny !== undefined && typeof row.deny !== 'object');

/** Two patterns that merely overlap: whoever wrote the denial may not see that the other takes calls from it. */
function weakDenials(tools: Tools, warn: Warn): void {
  const rows = Object.entries(tools).filter(([pattern]) => isGlob(pattern));
  for (const [pattern, row] of rows.filter(([, row]) =>
    typeof row === 'string' ? row === 'deny' : row.deny !== undefined,
  )) {
    for (const [other, theirs] of rows) {
      if (
        isDenied(theirs) ||
        bySpecificity(other, pattern) > 0 ||
        covers(pattern, other) ||
        covers(other, pattern)
      )
        continue;
      const name = overlap(pattern, other);
      if (name !== undefined && isDenied(row))
        warn(
          ['tools', pattern],
          `This denial does not hold for ${quote(name)}: ${quote(other)} is more specific, and does not deny. Name such tools in a row of their own.`,
        );
    }
  }
}

/** A row that no stage and no entity comes to. */
function deadMasks({ mask = {} }: PolicyFile, policy: Policy, warn: Warn): void {
  const reached = new Set(
    policy.masks.entities.flatMap((entity) =>
      stages.flatMap((stage) =>
        [undefined, 'to_app' as const].map((towards) => policy.masks.row(stage, entity, towards)?.rule),
      ),
    ),
  );
  for (const table of ['all', 'to_model', 'to_app', ...stages] as const)
    for (const name of Object.keys(mask[table] ?? {}))
      if (
        !reached.has(`mask.${table}.${name}`) &&
        policy.masks.entities.some((each) => isNamed(policy, each, name))
      )
        warn(
          ['mask', table, name],
          `Nothing reaches this row: others, for the stage, the direction or the entity, hold over it.`,
        );
}

const isNamed = ({ masks }: Policy, entity: string, name: string): boolean =>
  name === entity || name === 'all' || masks.groupOf(entity) === name;

function deadLimits({ risk }: PolicyFile, warn: Warn): void {
  const { approve_at: approve, deny_at: deny, weights = {}, tools = {} } = risk ?? {};
  const adds = [...Object.values(weights), ...Object.values(tools)].some((weight) => weight > 0);
  for (const limit of ['approve_at', 'deny_at'] as const)
    if (risk?.[limit] !== undefined && !adds)
      warn(
        ['risk', limit],
        'Nothing comes to this limit: no entity and no tool adds to the risk. Give weights, or tools.',
      );
  if (approve !== undefined && deny !== undefined && approve >= deny)
    warn(
      ['risk', 'approve_at'],
      `Nobody is ever asked: from ${deny} on, deny_at refuses. Set approve_at below it.`,
    );
}

function deadRules(conditions: readonly Placed[], { tools = {} }: PolicyFile, warn: Warn): void {
  const rowOf = lookup(Object.entries(tools).map(([pattern, row]) => [pattern, { pattern, row }] as const));
  for (const [i, { path, said, text, rule, effect, stages: held }] of conditions.entries()) {
    if (said.constant)
      warn(
        path,
        `${rule} looks at nothing: it always does the same. Leave its condition out, or the whole of it.`,
      );
    for (const { chain, words, offset, required } of said.compares) {
      if (chain === 'stage' && required && !words.some((word) => held.some((stage) => stage === word)))
        warn(path, `${rule} never fires: it holds for the stages ${held.join(', ')} alone.`, offset);
      const rows = chain === 'tool.name' && required ? words.map(rowOf) : [];
      const denied = rows.length > 0 && rows.every((found) => found && isDenied(found.row));
      if (denied && held.every((stage) => stage === 'tool_call'))
        warn(
          path,
          `${rule} changes nothing: tools[${quote(rows[0]!.pattern)}] denies these calls already.`,
          offset,
        );
    }
    const contrary = contradiction(said.compares);
    if (contrary)
      warn(
        path,
        `${rule} never fires: \`${contrary.chain}\` cannot be all that it asks for.`,
        contrary.offset,
      );
    const twin = conditions.find(
      (each, j) =>
        j !== i &&
        each.text.trim() === text.trim() &&
        each.effect === 'deny' &&
        (effect === 'approve' || j < i) &&
        held.every((stage) => each.stages.includes(stage)) &&
        (each.tools === '*' || each.tools === conditions[i]!.tools),
    );
    if (twin) warn(path, `${rule} changes nothing: ${twin.rule} denies under the same condition.`);
  }
}

/** Each is one text. */
const SINGLE = ['stage', 'tool.name', 'provider', 'connection', 'model', 'caller.subject', 'caller.email'];

/** A comparison that cannot hold beside one before it. */
function contradiction(compares: readonly Compared[]): Compared | undefined {
  const required = compares.filter((each) => each.required && SINGLE.includes(each.chain));
  return required.find(({ chain, words }, i) =>
    required
      .slice(0, i)
      .some((other) => other.chain === chain && !words.some((word) => other.words.includes(word))),
  );
}

const PROVIDERS = ['openai', 'anthropic', 'gemini', 'mistral', 'cohere', 'ollama', 'mcp', 'generic'];

/** Comparisons with words that the value never has. */
function unknownWords(conditions: readonly Placed[], policy: Policy, warn: Warn): void {
  const known: Readonly<Record<string, { what: string; words: readonly string[] }>> = {
    stage: { what: 'stage', words: stages },
    'findings.stage': { what: 'stage', words: stages },
    'findings.entity': { what: 'entity', words: [...policy.masks.entities, 'FIELD'] },
    provider: { what: 'provider', words: PROVIDERS },
    connection: { what: 'connection', words: [...policy.connections.keys()] },
  };
  for (const { path, rule, said } of conditions)
    for (const { chain, words, offset } of said.compares)
      for (const word of words) {
        const those = Object.hasOwn(known, chain) ? known[chain] : undefined;
        if (those && !those.words.includes(word))
          warn(
            path,
            `${rule} compares with ${quote(word)}, which is no ${those.what}.${didYouMean(word, those.words)}`,
            offset,
          );
      }
}

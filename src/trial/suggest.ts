/** What recorded traffic needs of a policy: the tools that were called, where their arguments hold findings, and which are risky. */
import type { Recording, Unit } from '../exchange.ts';
import type { Witnessed } from '../policy/govern.ts';
import { type Court, openTrial } from './decide.ts';
import { type Risky, riskOf } from './risky.ts';

export interface Suggestion {
  readonly exchanges: number;
  readonly sessions: number;
  /** By name. */
  readonly tools: readonly SuggestedTool[];
}

export interface SuggestedTool {
  readonly name: string;
  /** How many different calls there were; none: it was offered alone. */
  readonly calls: number;
  readonly sessions: number;
  /** Why a person should be asked. */
  readonly risk?: Risky;
  /** How often people allowed it, and how often it was refused, then. */
  readonly allowed: number;
  readonly refused: number;
  readonly fields: readonly SuggestedField[];
}

export interface SuggestedField {
  /** JSONPath (RFC 9535) into the arguments. */
  readonly path: string;
  readonly form: 'surrogate' | 'redact';
  /** Entities found there, and in how many of the calls. */
  readonly entities: readonly string[];
  readonly calls: number;
  /** What was found was all that stood there; elsewhere it stood within a text. */
  readonly whole: boolean;
}

interface Seen {
  readonly calls: Set<string>;
  readonly sessions: Set<string>;
  readonly fields: Map<string, SeenField>;
  description: string | undefined;
  allowed: number;
  refused: number;
}

interface SeenField {
  readonly entities: Set<string>;
  readonly calls: Set<string>;
  secret: boolean;
  whole: boolean;
}

/** Each source is a list of recordings of which one comes after the other. */
export function suggest(sources: readonly (readonly Recording[])[], court: Court): Suggestion {
  const tools = new Map<string, Seen>();
  for (const recordings of sources) {
    let session = '';
    const witness = (witnessed: Witnessed): void => {
      for (const index of witnessed.exchange.units.keys()) see(tools, session, witnessed, index, court);
    };
    const decide = openTrial({ ...court, witness, answer: 'allow' });
    for (const recording of recordings) {
      ({ session } = recording);
      decide(recording);
      for (const { tool, stage, effect, refused } of recording.decisions) {
        if (stage !== 'tool_call' || tool === undefined || tool === '') continue;
        if (refused) seenOf(tools, tool).refused++;
        else if (effect === 'approve') seenOf(tools, tool).allowed++;
      }
    }
  }
  const all = sources.flat();
  return {
    exchanges: all.length,
    sessions: new Set(all.map(({ session }) => session)).size,
    tools: [...tools].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, seen]) => told(name, seen)),
  };
}

function seenOf(tools: Map<string, Seen>, name: string): Seen {
  const seen = tools.get(name) ?? {
    ...{ calls: new Set(), sessions: new Set(), fields: new Map() },
    ...{ description: undefined, allowed: 0, refused: 0 },
  };
  tools.set(name, seen);
  return seen;
}

function see(
  tools: Map<string, Seen>,
  session: string,
  { exchange }: Witnessed,
  index: number,
  { policy }: Court,
): void {
  const unit = exchange.units[index]!;
  const { stage, tool } = unit;
  if (!tool || tool.name === '') return;
  if (stage === 'tool_definition') seenOf(tools, tool.name).description ??= tool.description;
  if (stage !== 'tool_call' && stage !== 'past_call') return;
  const seen = seenOf(tools, tool.name);
  const call = `${session} ${unit.callId ?? JSON.stringify(unit.values?.(), (_, value) => (typeof value === 'bigint' ? `${value}` : value))}`;
  seen.calls.add(call);
  seen.sessions.add(session);
  for (const [at, leaf] of unit.leaves.entries()) {
    const path = jsonPath(unit, leaf.path);
    if (path === undefined || leaf.kind === 'key') continue;
    for (const { entity, start, end } of exchange.matches[index]![at]!) {
      const field = seen.fields.get(path) ?? unseen();
      seen.fields.set(path, field);
      field.entities.add(entity);
      field.calls.add(call);
      field.secret ||= policy.masks.groupOf(entity) === 'secret';
      field.whole &&= end - start >= 0.8 * (leaf.end - leaf.start);
    }
  }
}

const unseen = (): SeenField => ({ entities: new Set(), calls: new Set(), secret: false, whole: true });

/** Of a leaf's pointer, what leads to it within the arguments; any place in a list counts as each. */
function jsonPath(unit: Unit, pointer: string): string | undefined {
  if (!pointer.startsWith(`${unit.path}/`) || !unit.values) return undefined;
  const steps = pointer.slice(unit.path.length + 1).split('/');
  const names = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return `$${names.map((name) => (/^\d+$/.test(name) ? '[*]' : segment(name))).join('')}`;
}

const segment = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;

function told(name: string, { calls, sessions, fields, description, allowed, refused }: Seen): SuggestedTool {
  const risk = riskOf(name, description);
  return {
    name,
    calls: calls.size,
    sessions: sessions.size,
    ...(risk ? { risk } : {}),
    allowed,
    refused,
    fields: [...fields]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, field]) => ({
        path,
        form: field.secret ? 'redact' : 'surrogate',
        entities: [...field.entities].sort(),
        calls: field.calls.size,
        whole: field.whole,
      })),
  };
}

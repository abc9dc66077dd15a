/** Standing approvals: a person's yes to calls like the one they saw, for a while. */
import type { Question } from '../question.ts';
import type { Approver } from './approver.ts';

export interface Grant {
  readonly id: string;
  readonly by: Approver;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly expires: number;
  /** Like the question that was seen: the same caller, connection, tool, and no rule beside those that asked. */
  readonly caller: string;
  readonly connection: string;
  readonly tool: string;
  readonly rules: readonly string[];
  /** Within this session alone. */
  readonly session?: string;
  /** By JSON pointer into the arguments as they are shown: `*` stands for anything within a value. All others must not matter. */
  readonly match?: Readonly<Record<string, string>>;
}

/** What a grant is for, as the person chose. */
export type GrantScope =
  | { readonly kind: 'session' }
  | { readonly kind: 'pattern'; readonly match: Readonly<Record<string, string>> };

export function grantFor(
  question: Question,
  scope: GrantScope,
  given: Pick<Grant, 'id' | 'by' | 'at' | 'expires'>,
): Grant | undefined {
  const { caller, connection, tool, session } = question;
  if (tool === undefined) return undefined;
  return {
    ...given,
    caller,
    connection,
    tool,
    rules: askingRules(question),
    ...(scope.kind === 'session' ? { session } : { match: scope.match }),
  };
}

export function covers(grant: Grant, question: Question, now: number): boolean {
  return (
    now < grant.expires &&
    question.tool === grant.tool &&
    question.caller === grant.caller &&
    question.connection === grant.connection &&
    (grant.session === undefined || grant.session === question.session) &&
    askingRules(question).every((rule) => grant.rules.includes(rule)) &&
    (grant.match === undefined || fits(grant.match, shownLeaves(question.shown)))
  );
}

export const askingRules = ({ decision }: Question): string[] =>
  decision.rules.filter(({ effect }) => effect === 'approve').map(({ rule }) => rule);

export interface Narrowing {
  readonly expires?: number;
  readonly session?: string;
}

/** A grant that was narrowed allows less than before, never more. */
export function narrow(grant: Grant, by: Narrowing): Grant {
  return {
    ...grant,
    expires: Math.min(grant.expires, by.expires ?? grant.expires),
    ...(grant.session === undefined && by.session !== undefined ? { session: by.session } : {}),
  };
}

/** Every value must be named and fit: an argument that was not there before is not covered. */
function fits(
  match: Readonly<Record<string, string>>,
  leaves: ReadonlyMap<string, string> | undefined,
): boolean {
  if (!leaves) return false;
  for (const pointer of Object.keys(match)) if (!leaves.has(pointer)) return false;
  for (const [pointer, text] of leaves) {
    const pattern = match[pointer];
    if (pattern === undefined || !fitsGlob(pattern, text)) return false;
  }
  return true;
}

/** The shown arguments' leaves by JSON pointer (RFC 6901); undefined where no JSON is shown. */
export function shownLeaves(shown: string): ReadonlyMap<string, string> | undefined {
  try {
    const leaves = new Map<string, string>();
    collect(JSON.parse(shown), '', leaves);
    return leaves;
  } catch {
    return undefined;
  }
}

function collect(value: unknown, pointer: string, leaves: Map<string, string>): void {
  if (typeof value !== 'object' || value === null)
    return void leaves.set(pointer, typeof value === 'string' ? value : JSON.stringify(value));
  const entries = Object.entries(value);
  if (entries.length === 0) leaves.set(pointer, Array.isArray(value) ? '[]' : '{}');
  for (const [key, each] of entries)
    collect(each, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, leaves);
}

/** What was made unreadable looks alike for different values, so that only `*` fits it. */
const UNREADABLE = '[REDACTED:';

/** In time that grows with the lengths' product at most. */
function fitsGlob(pattern: string, text: string): boolean {
  if (pattern === '*') return true;
  if (text.includes(UNREADABLE)) return false;
  const parts = pattern.split('*');
  const [first, last] = [parts[0]!, parts.at(-1)!];
  if (parts.length === 1) return text === pattern;
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

/** What a visitor may ask of a running gateway, checked as it enters, and what it is told. */
import type { Pending } from '../approval/desk.ts';
import type { Grant } from '../approval/grants.ts';
import type { Vote } from '../approval/vote.ts';
import type { Edit } from '../question.ts';

/** As a line of JSON; a gateway listens to no more. */
export const maxRequestBytes = 256 * 1024;

export type Request =
  | { readonly do: 'pending' }
  /** From now on somebody is there, and is told of what happens. */
  | { readonly do: 'watch' }
  | { readonly do: 'pair'; readonly code: string }
  | { readonly do: 'vote'; readonly id: string; readonly vote: Vote }
  | { readonly do: 'reveal'; readonly id: string; readonly path: string }
  | { readonly do: 'revoke'; readonly id: string }
  | { readonly do: 'narrow'; readonly id: string; readonly expires: number };

export type Numbered = Request & { readonly n: number };

/** To a request of that number; `fault` says why there is no value. */
export interface Reply {
  readonly n: number;
  readonly value?: unknown;
  readonly fault?: Fault;
}

export type Fault = 'not_paired' | 'not_written';

/** What a watcher is told, unasked. */
export type Told =
  | {
      readonly told: 'desk';
      /** New ones, and those that stand differently. */
      readonly pending: readonly Pending[];
      readonly gone: readonly string[];
      readonly grants: readonly Grant[];
    }
  | { readonly told: 'exchange'; readonly exchange: unknown };

/** Undefined where it is none, in any part. */
export function requestOf(value: unknown): Numbered | undefined {
  if (!isRecord(value)) return undefined;
  const { n, do: what, id, code, path, expires, vote } = value;
  if (!isWhole(n)) return undefined;
  if (what === 'pending' || what === 'watch') return { n, do: what };
  if (what === 'pair') return isText(code) ? { n, do: what, code } : undefined;
  if (!isText(id)) return undefined;
  if (what === 'revoke') return { n, do: what, id };
  if (what === 'narrow') return isWhole(expires) ? { n, do: what, id, expires } : undefined;
  if (what === 'reveal') return isText(path) ? { n, do: what, id, path } : undefined;
  const said = what === 'vote' ? voteOf(vote) : undefined;
  return said && { n, do: 'vote', id, vote: said };
}

function voteOf(value: unknown): Vote | undefined {
  if (!isRecord(value)) return undefined;
  const { allow, reason, grant, edits } = value;
  if (typeof allow !== 'boolean') return undefined;
  if (reason !== undefined && !isText(reason)) return undefined;
  const scope = grant === undefined ? undefined : grantOf(grant);
  if (grant !== undefined && !scope) return undefined;
  if (edits !== undefined && !(Array.isArray(edits) && edits.every(isEdit))) return undefined;
  return {
    allow,
    ...(reason === undefined ? {} : { reason }),
    ...(scope ? { grant: scope } : {}),
    ...(edits === undefined ? {} : { edits }),
  };
}

const isEdit = (value: unknown): value is Edit =>
  isRecord(value) && isText(value.path) && isText(value.value);

function grantOf(value: unknown): Vote['grant'] {
  if (!isRecord(value)) return undefined;
  const { kind, expires, match } = value;
  if (!isWhole(expires)) return undefined;
  if (kind === 'session') return { kind, expires };
  if (kind !== 'pattern' || !isRecord(match)) return undefined;
  const patterns = Object.entries(match).filter((entry): entry is [string, string] => isText(entry[1]));
  if (patterns.length < Object.keys(match).length) return undefined;
  return { kind, expires, match: Object.fromEntries(patterns) };
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

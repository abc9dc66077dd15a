/** The screen as a value, and the world that it shows. */
import type { Pending } from '../approval/desk.ts';
import type { Grant } from '../approval/grants.ts';
import type { Field } from './fields.ts';
import { questionRows } from './question.ts';

/** An exchange that is over, in the feed. */
export interface Feed {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly exchange: string;
  readonly caller: string;
  readonly connection: string;
  readonly tools: readonly string[];
  /** `allow`, `mask`, `approve`, `deny`, or the code of a refusal. */
  readonly outcome: string;
  readonly findings: number;
  /** What the gateway added, milliseconds. */
  readonly addedMs: number;
}

/** What is there to be shown. */
export interface World {
  readonly pending: readonly Pending[];
  readonly grants: readonly Grant[];
  /** The newest last. */
  readonly feed: readonly Feed[];
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
}

export type Mode =
  | 'feed'
  | 'question'
  | 'why_deny'
  | 'why_approve'
  | 'pattern'
  | 'edit'
  | 'reveal'
  | 'grants'
  | 'search'
  | 'help';

export const filters = ['all', 'refused', 'masked'] as const;

export interface Open {
  readonly id: string;
  /** When it came under the finger. */
  readonly since: number;
  readonly top: number;
  /** Its rows before this one have been on the screen, in this width. */
  readonly seen: number;
  readonly width: number;
  readonly revealed: ReadonlyMap<string, string>;
}

export interface Screen {
  readonly mode: Mode;
  /** In the list that is shown. */
  readonly cursor: number;
  readonly open?: Open;
  readonly typed: string;
  readonly search: string;
  readonly filter: (typeof filters)[number];
  /** The feed as it stood when it was paused. */
  readonly paused?: readonly Feed[];
  readonly notice: string;
  /** Of a grant that is being written: pointer and pattern. */
  readonly pattern: readonly (readonly [pointer: string, pattern: string])[];
  /** Of a call that is being edited. */
  readonly fields: readonly Field[];
}

export const opening: Screen = {
  mode: 'feed',
  cursor: 0,
  typed: '',
  search: '',
  filter: 'all',
  notice: '',
  pattern: [],
  fields: [],
};

/** Rows that are not the body's: the header, the notice, the keys, and one that keeps the terminal from clearing. */
const frameRows = 4;

export const bodyRows = ({ rows }: World): number => Math.max(1, rows - frameRows);

export const openPending = ({ open }: Screen, { pending }: World): Pending | undefined =>
  open && pending.find(({ question }) => question.id === open.id);

/** The screen as the world has become: what is gone is left, what is shown counts as seen. */
export function look(screen: Screen, world: World): Screen {
  const { open } = screen;
  if (!open) return screen;
  const pending = openPending(screen, world);
  if (!pending) {
    const { open: _gone, ...rest } = screen;
    const notice = screen.notice || 'That question is over.';
    return { ...rest, mode: 'feed', cursor: 0, typed: '', notice };
  }
  const { columns, now } = world;
  const { rows, argumentsEnd } = questionRows(pending, now, columns, open.revealed);
  const page = bodyRows(world);
  const top = Math.max(0, Math.min(open.top, rows.length - page));
  const before = open.width === columns ? open.seen : 0;
  // Rows that were jumped over were not seen.
  const seen = top <= before ? Math.max(before, top + page) : before;
  const isSame = top === open.top && seen === open.seen && open.width === columns;
  return isSame
    ? screen
    : { ...screen, open: { ...open, top, seen: Math.min(seen, argumentsEnd), width: columns } };
}

/** The feed as it is filtered and searched. */
export function feedOf({ paused, filter, search }: Screen, { feed }: World): readonly Feed[] {
  const sought = search.toLowerCase();
  return (paused ?? feed).filter(
    ({ outcome, findings, caller, connection, tools, exchange }) =>
      (filter === 'all' ||
        (filter === 'masked' ? findings > 0 : !['allow', 'mask', 'approve'].includes(outcome))) &&
      (sought === '' ||
        [outcome, caller, connection, exchange, ...tools].join(' ').toLowerCase().includes(sought)),
  );
}

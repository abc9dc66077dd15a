/** What the screen shows and does, apart from how it is drawn. */
import type { Approver } from '../approval/approver.ts';
import type { Pending } from '../approval/desk.ts';
import type { Grant, Narrowing } from '../approval/grants.ts';
import type { Vote, Voted } from '../approval/vote.ts';
import { type Act, type Key, press } from './keys.ts';
import { type Feed, look, opening, type Screen, type World } from './state.ts';

/** A desk as the screen needs it; it may stand in another process. */
export interface DeskView {
  readonly pending: readonly Pending[];
  readonly grants: {
    list(): readonly Grant[];
    revoke(id: string): Soon<unknown>;
    narrow(id: string, by: Narrowing): Soon<unknown>;
  };
  attach(approver: Approver): () => void;
  vote(id: string, approver: Approver, vote: Vote): Soon<Voted>;
  reveal(id: string, approver: Approver, path: string): Soon<string | undefined>;
  watch(changed: () => void): () => void;
}

type Soon<T> = T | Promise<T>;

export interface StoreOptions {
  readonly desk: DeskView;
  readonly approver: Approver;
  /** Milliseconds since 1970. */
  now(): number;
  /** Another question waits. */
  onAsked(): void;
  /** Says what comes of it. */
  onStop(): string;
}

export interface Store {
  readonly screen: Screen;
  world(size: { readonly columns: number; readonly rows: number }): World;
  press(key: Key, world: World): void;
  /** The world has gone on: time, questions, size. */
  look(world: World): void;
  feed(exchange: Feed): void;
  notice(text: string): void;
  /** Calls back after each change, until what is returned is called. */
  watch(changed: () => void): () => void;
  close(): void;
}

const keptFeed = 1_000;

export function openStore({ desk, approver, now, onAsked, onStop }: StoreOptions): Store {
  let screen = opening;
  let feed: readonly Feed[] = [];
  let waiting = desk.pending.length;
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const each of watchers) each();
  };
  const set = (next: Screen): void => {
    if (next === screen) return;
    screen = next;
    changed();
  };
  const leave = desk.attach(approver);
  const unwatch = desk.watch(() => {
    const before = waiting;
    waiting = desk.pending.length;
    if (waiting > before) onAsked();
    changed();
  });
  const revealed = (id: string, path: string, value: string | undefined): string => {
    if (value === undefined) return 'That cannot be revealed.';
    const { open } = screen;
    if (open?.id === id)
      set({ ...screen, open: { ...open, revealed: new Map(open.revealed).set(path, value) } });
    return 'Revealed below; the audit says that you saw it.';
  };
  const act = (each: Act): Soon<string> => {
    switch (each.kind) {
      case 'vote':
        return then(desk.vote(each.id, approver, each.vote), (voted) =>
          typeof voted === 'object' ? voted.fault : votes[voted],
        );
      case 'reveal':
        return then(desk.reveal(each.id, approver, each.path), (value) =>
          revealed(each.id, each.path, value),
        );
      case 'revoke':
        return then(desk.grants.revoke(each.id), (was) => (was ? 'Revoked.' : 'That grant is over.'));
      case 'narrow':
        return then(desk.grants.narrow(each.id, { expires: each.expires }), (was) =>
          was ? 'Narrowed.' : 'That grant is over.',
        );
      case 'stop':
        return onStop();
    }
  };
  const notice = (text: string): void => set({ ...screen, notice: text });
  return {
    get screen() {
      return screen;
    },
    world: ({ columns, rows }) => ({
      pending: desk.pending,
      grants: desk.grants.list(),
      feed,
      now: now(),
      columns,
      rows,
    }),
    press(key, world) {
      const turn = press(screen, key, world);
      set(turn.screen);
      if (turn.act) tried(act, turn.act, notice);
    },
    look: (world) => set(look(screen, world)),
    feed(exchange) {
      feed = [...feed.slice(1 - keptFeed), exchange];
      changed();
    },
    notice,
    watch(each) {
      watchers.add(each);
      return () => void watchers.delete(each);
    },
    close() {
      unwatch();
      leave();
    },
  };
}

/** At once where the desk stands here. */
const then = <T, U>(value: Soon<T>, use: (value: T) => U): Soon<U> =>
  value instanceof Promise ? value.then(use) : use(value);

function tried(act: (each: Act) => Soon<string>, each: Act, notice: (text: string) => void): void {
  const failed = (): void => notice(notOnTheBooks);
  try {
    const said = act(each);
    if (said instanceof Promise) said.then(notice, failed);
    else notice(said);
  } catch {
    failed();
  }
}

export const notOnTheBooks = 'That cannot be put on the books, so it was not done.';

export const votes: Readonly<Record<Exclude<Voted, object>, string>> = {
  settled: 'Done.',
  counted: 'Counted: others have to agree.',
  gone: 'That question is over.',
  not_yours: 'This is for others to answer.',
  reason_required: 'The policy asks you to say why.',
};

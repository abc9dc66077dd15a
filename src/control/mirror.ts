/** The desk of a gateway as a second screen sees it: a copy that follows, and words that are carried over. */
import type { Pending } from '../approval/desk.ts';
import type { Grant, Narrowing } from '../approval/grants.ts';
import type { Vote, Voted } from '../approval/vote.ts';
import type { Link } from './visitor.ts';

export interface Mirror {
  readonly pending: readonly Pending[];
  readonly grants: {
    list(): readonly Grant[];
    revoke(id: string): Promise<boolean>;
    narrow(id: string, by: Narrowing): Promise<boolean>;
  };
  /** Somebody sits here as long as the link is open; the gateway knows who. */
  attach(): () => void;
  vote(id: string, approver: unknown, vote: Vote): Promise<Voted>;
  reveal(id: string, approver: unknown, path: string): Promise<string | undefined>;
  watch(changed: () => void): () => void;
}

export async function mirrorOf(link: Link, onExchange: (exchange: unknown) => void): Promise<Mirror> {
  const held = new Map<string, Pending>();
  const watchers = new Set<() => void>();
  let pending: readonly Pending[] = [];
  let grants: readonly Grant[] = [];
  await link.watch((what) => {
    if (what.told === 'exchange') return onExchange(what.exchange);
    for (const id of what.gone) held.delete(id);
    for (const each of what.pending) held.set(each.question.id, each);
    pending = [...held.values()];
    grants = what.grants;
    for (const changed of watchers) changed();
  });
  return {
    get pending() {
      return pending;
    },
    grants: {
      list: () => grants.filter(({ expires }) => Date.now() < expires),
      revoke: link.revoke,
      narrow: (id, { expires }) => link.narrow(id, expires ?? Number.MAX_SAFE_INTEGER),
    },
    attach: () => () => link.close(),
    vote: (id, _approver, vote) => link.vote(id, vote),
    reveal: (id, _approver, path) => link.reveal(id, path),
    watch(changed) {
      watchers.add(changed);
      return () => void watchers.delete(changed);
    },
  };
}

/** One visitor of a running gateway: what it asks is checked and done at the desk, and what happens there is told to it. */
import type { Approver } from '../approval/approver.ts';
import type { Desk, Pending } from '../approval/desk.ts';
import type { Pairing } from './pairing.ts';
import type { Numbered, Reply, Told } from './protocol.ts';

export interface VisitOptions {
  readonly desk: Desk;
  /** Whom the socket is for: its owner. */
  readonly approver: Approver;
  /** Undefined where no code is needed. */
  readonly pairing: Pairing | undefined;
  say(value: Reply | Told): void;
}

export interface Visit {
  answer(request: Numbered): void;
  /** An exchange is over. */
  tell(exchange: unknown): void;
  end(): void;
}

export function openVisit({ desk, approver, pairing, say }: VisitOptions): Visit {
  let isPaired = pairing === undefined;
  let leave: (() => void) | undefined;
  const watch = (): void => {
    if (leave) return;
    const getUp = desk.attach(approver);
    const stop = follow(desk, say);
    leave = () => {
      stop();
      getUp();
    };
  };
  const does = (request: Numbered): unknown => {
    switch (request.do) {
      case 'pending':
        return desk.pending;
      case 'watch':
        return watch();
      case 'pair': {
        const paired = pairing?.give(request.code) ?? 'paired';
        isPaired ||= paired === 'paired';
        return paired;
      }
      case 'vote':
        return desk.vote(request.id, approver, request.vote);
      case 'reveal':
        return desk.reveal(request.id, approver, request.path);
      case 'revoke':
        return desk.grants.revoke(request.id);
      case 'narrow':
        return desk.grants.narrow(request.id, { expires: request.expires });
    }
  };
  return {
    answer(request) {
      const { n } = request;
      if (!isPaired && !open.has(request.do)) return say({ n, fault: 'not_paired' });
      let value: unknown;
      try {
        value = does(request);
      } catch {
        return say({ n, fault: 'not_written' });
      }
      say({ n, value });
    },
    tell(exchange) {
      if (leave) say({ told: 'exchange', exchange });
    },
    end: () => leave?.(),
  };
}

/** What anybody may ask whom the socket's mode lets in. */
const open: ReadonlySet<Numbered['do']> = new Set(['pending', 'watch', 'pair']);

/** Tells what stands on the desk, and from then on what becomes different; changes in one go are told as one. */
function follow(desk: Desk, say: (value: Told) => void): () => void {
  let known = new Map<string, string>();
  let due: NodeJS.Immediate | undefined;
  const tell = (): void => {
    due = undefined;
    const now = new Map<string, string>();
    const pending = desk.pending.filter((each) => {
      const { id } = each.question;
      const state = stateOf(each);
      now.set(id, state);
      return known.get(id) !== state;
    });
    const gone = [...known.keys()].filter((id) => !now.has(id));
    known = now;
    say({ told: 'desk', pending, gone, grants: desk.grants.list() });
  };
  tell();
  const stop = desk.watch(() => {
    due ??= setImmediate(tell);
  });
  return () => {
    stop();
    clearImmediate(due);
  };
}

/** What of a question may change while it waits. */
const stateOf = ({ decideBy, approvedBy, askers }: Pending): string =>
  JSON.stringify([decideBy, approvedBy, askers]);

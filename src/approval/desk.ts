/** The desk: where a question waits for people. Silence refuses; an answer is for exactly what was asked, and is used once. */
import type { Answer, No, Question } from '../question.ts';
import { type Approver, mayAnswer, suffices } from './approver.ts';
import { asked, type DeskEvent, refusals, type State, saidOf, settled } from './events.ts';
import { GrantBook } from './grant-book.ts';
import { editFault, type Vote, type Voted } from './vote.ts';

export interface DeskOptions {
  /** Milliseconds since 1970. */
  now(): number;
  newId(): string;
  /** Puts it on the books, before it takes effect. What throws refuses. */
  write(event: DeskEvent): void;
  /** Is somebody told who is not here, and may answer later? */
  reaches?(question: Question): boolean;
}

/** A question as approvers see it. */
export interface Pending {
  readonly question: Question;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
  readonly decideBy: number;
  /** Who has said yes so far, where more than one must. */
  readonly approvedBy: readonly string[];
  /** Exchanges that ask the very same. */
  readonly askers: number;
}

interface Asker {
  readonly question: Question;
  readonly askedAt: number;
  readonly timer: NodeJS.Timeout;
  readonly answer: (answer: Answer) => void;
}

/** Exchanges that ask the very same, and who has said yes so far. */
interface Held {
  readonly askers: Asker[];
  votes: Approver[];
}

/** Per session: an agent that runs wild is refused before it buries its person. */
const maxPending = 32;
/** After that many refusals by people the same call is refused without asking. */
const maxDenials = 3;
const maxRemembered = 10_000;
const longestReason = 2_000;
/** What a timer takes. */
const longest = 2 ** 31 - 1;

export class Desk {
  readonly #options: DeskOptions;
  readonly #held = new Map<string, Held>();
  readonly #seats = new Map<object, Approver>();
  readonly #denials = new Map<string, { readonly count: number; readonly by: string }>();
  readonly #watchers = new Set<() => void>();
  readonly grants: GrantBook;
  #closed = false;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.grants = new GrantBook(options, () => this.#changed());
  }

  /** Resolves with a refusal where nobody answers; never rejects. The signal says that the asker is gone. */
  ask(question: Question, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve) => {
      try {
        const answer = this.#answerAtOnce(question, signal);
        if (answer) return resolve(answer);
        this.#hold(question, signal, resolve);
      } catch {
        // What cannot be put on the books is not asked.
        resolve(refusals.approver_unavailable);
      }
    });
  }

  get pending(): readonly Pending[] {
    return [...this.#held.values()].map(pendingOf);
  }

  /** Somebody is there, until what is returned is called; questions that only they could answer are then refused. */
  attach(approver: Approver): () => void {
    const seat = {};
    this.#seats.set(seat, approver);
    return () => {
      if (!this.#seats.delete(seat)) return;
      for (const held of [...this.#held.values()])
        if (!this.#isReachable(held.askers[0]!.question)) this.#settleAll(held, 'approver_gone');
    };
  }

  /** One person's word on a question, by its id. */
  vote(id: string, approver: Approver, vote: Vote): Voted {
    const held = this.#find(id);
    if (!held) return 'gone';
    const { question, askedAt } = held.askers[0]!;
    // A machine that slept wakes with its timers late.
    if (this.#options.now() >= askedAt + question.within) {
      this.#settle(held, held.askers[0]!, 'timed_out');
      return 'gone';
    }
    if (!mayAnswer(approver, question)) return 'not_yours';
    if ((vote.reason?.length ?? 0) > longestReason)
      return { fault: `A reason has at most ${longestReason} characters.` };
    if (question.reason === 'required' && !vote.reason?.trim()) return 'reason_required';
    const fault = vote.edits && editFault(question, approver, vote);
    if (fault !== undefined) return { fault };
    const said = { ...vote, ...(vote.reason === undefined ? {} : { reason: question.conceal(vote.reason) }) };
    return said.allow ? this.#approve(held, approver, said) : this.#deny(held, approver, said);
  }

  /** One masked value, for the eyes of one who may answer; the books say who saw it. Undefined where there is none. */
  reveal(id: string, approver: Approver, path: string): string | undefined {
    const question = this.#find(id)?.askers[0]?.question;
    if (!question || !mayAnswer(approver, question)) return undefined;
    const value = question.reveal(path);
    if (value !== undefined)
      this.#write({ event: 'approval_revealed', question: question.id, by: approver.subject, path });
    return value;
  }

  /** Calls back after each change, until what is returned is called. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  }

  /** The gateway stops: whatever waits, or is asked from now on, is refused as that. */
  close(): void {
    this.#closed = true;
    for (const held of [...this.#held.values()]) this.#settleAll(held, 'gateway_stopped');
  }

  #find(id: string): Held | undefined {
    for (const held of this.#held.values())
      if (held.askers.some(({ question }) => question.id === id)) return held;
    return undefined;
  }

  #answerAtOnce(question: Question, signal: AbortSignal): Answer | undefined {
    const at = (state: State, answer: Answer): Answer => {
      this.#write({ ...settled(question, state), ...saidOf(answer) });
      return answer;
    };
    if (this.#closed) return refusals.gateway_stopped;
    if (signal.aborted) return refusals.client_gone;
    const before = this.#denials.get(question.hash);
    if (before && before.count >= maxDenials)
      return at('denied_before', {
        ...refusals.denied,
        by: before.by,
        reason: `refused ${maxDenials} times before`,
      });
    const grants = this.grants.covering(question);
    const granted = grants.map(({ by }) => by);
    if (suffices(granted, question)) {
      const grant = grants.map(({ id }) => id).join(', ');
      return at('approved', { allow: true, by: namesOf(granted), grant });
    }
    if (this.#waiting(question.session) >= maxPending) return at('crowded', refusals.crowded);
    return this.#isReachable(question)
      ? undefined
      : at('approver_unavailable', refusals.approver_unavailable);
  }

  #hold(question: Question, signal: AbortSignal, answer: Asker['answer']): void {
    this.#write(asked(question));
    const key = keyOf(question);
    const held = this.#held.get(key) ?? { askers: [], votes: [] };
    const asker: Asker = {
      question,
      askedAt: this.#options.now(),
      timer: setTimeout(
        () => this.#settle(held, asker, 'timed_out'),
        Math.min(question.within, longest),
      ).unref(),
      answer,
    };
    held.askers.push(asker);
    this.#held.set(key, held);
    signal.addEventListener('abort', () => this.#settle(held, asker, 'client_gone'), { once: true });
    this.#changed();
  }

  /** An approval is used once: where several ask the same, the others wait on. */
  #approve(held: Held, approver: Approver, { reason, grant, edits }: Vote): Voted {
    const { question } = held.askers[0]!;
    const votes = [...held.votes.filter(({ subject }) => subject !== approver.subject), approver];
    this.#write({ event: 'approval_voted', question: question.id, by: approver.subject });
    held.votes = votes;
    if (grant) this.grants.make(question, approver, grant);
    if (!suffices(votes, question)) {
      this.#changed();
      return 'counted';
    }
    held.votes = [];
    const yes: Answer = {
      allow: true,
      by: namesOf(votes),
      ...(reason?.trim() ? { reason: reason.trim() } : {}),
      ...(edits ? { edits } : {}),
      useBy: this.#options.now() + question.within,
    };
    this.#settle(held, held.askers[0]!, 'approved', yes);
    return 'settled';
  }

  #deny(held: Held, { subject }: Approver, { reason }: Vote): Voted {
    const { hash } = held.askers[0]!.question;
    const before = this.#denials.get(hash);
    this.#denials.delete(hash);
    this.#denials.set(hash, { count: (before?.count ?? 0) + 1, by: subject });
    if (this.#denials.size > maxRemembered) this.#denials.delete(this.#denials.keys().next().value!);
    const no: No = { ...refusals.denied, by: subject, ...(reason?.trim() ? { reason: reason.trim() } : {}) };
    this.#settleAll(held, 'denied', no);
    return 'settled';
  }

  #settleAll(held: Held, state: keyof typeof refusals, answer?: Answer): void {
    for (const asker of [...held.askers]) this.#settle(held, asker, state, answer);
  }

  /** The one end of a question: whoever comes later finds it gone. */
  #settle(held: Held, asker: Asker, state: State, said?: Answer): void {
    const at = held.askers.indexOf(asker);
    if (at < 0) return;
    held.askers.splice(at, 1);
    if (held.askers.length === 0) this.#held.delete(keyOf(asker.question));
    clearTimeout(asker.timer);
    let answer: Answer = said ?? refusals[state as keyof typeof refusals];
    try {
      this.#write({ ...settled(asker.question, state), ...saidOf(answer) });
    } catch {
      answer = refusals.approver_unavailable;
    }
    asker.answer(answer);
    this.#changed();
  }

  #isReachable(question: Question): boolean {
    for (const approver of this.#seats.values()) if (mayAnswer(approver, question)) return true;
    return this.#options.reaches?.(question) ?? false;
  }

  #waiting(session: string): number {
    let count = 0;
    for (const { askers } of this.#held.values())
      for (const { question } of askers) if (question.session === session) count += 1;
    return count;
  }

  #write(event: DeskEvent): void {
    this.#options.write(event);
  }

  #changed(): void {
    for (const changed of this.#watchers) changed();
  }
}

/** The same content asked within one session. */
const keyOf = ({ session, hash }: Question): string => `${session} ${hash}`;

const namesOf = (approvers: readonly Approver[]): string =>
  [...new Set(approvers.map(({ subject }) => subject))].sort().join(', ');

const pendingOf = ({ askers, votes }: Held): Pending => {
  const { question, askedAt } = askers[0]!;
  return {
    question,
    askedAt,
    decideBy: askedAt + question.within,
    approvedBy: votes.map(({ subject }) => subject),
    askers: askers.length,
  };
};

/** Tells people who are not here of the questions that wait for them. */
import type { Desk, Pending } from '../approval/desk.ts';
import type { Question } from '../question.ts';
import { deliver, type Webhook } from './webhook.ts';

/** A webhook, and whose it is. */
export interface Hook extends Webhook {
  /** Of all questions where undefined, else of those that members of this group may answer. */
  readonly group: string | undefined;
}

export interface Announcer {
  /** Is anybody told of it? */
  reaches(question: Question): boolean;
  /** Who is told from now on. */
  use(hooks: readonly Hook[]): void;
  /** Tells of every question on the desk, and when it is over; until what is returned is called. */
  follow(desk: Desk): () => void;
}

export interface AnnouncerOptions {
  /** What is told: masked content only. */
  tell(pending: Pending): object;
  warn(line: string): void;
}

export function openAnnouncer({ tell, warn }: AnnouncerOptions): Announcer {
  let hooks: readonly Hook[] = [];
  const told = new Map<string, { readonly over: AbortController; readonly to: readonly Hook[] }>();
  const hooksFor = ({ demand }: Question): readonly Hook[] => {
    const groups = [demand, ...(demand.parts ?? [])].flatMap((part) => part.groups);
    return hooks.filter(({ group }) => group === undefined || groups.includes(group));
  };
  const send = async (
    to: readonly Hook[],
    id: string,
    letter: object,
    signal: AbortSignal,
  ): Promise<void> => {
    const body = JSON.stringify({ timestamp: new Date().toISOString(), ...letter });
    const ends = await Promise.all(to.map((hook) => deliver(hook, { id, body }, signal)));
    for (const why of ends)
      if (why !== undefined) warn(`warning: a webhook could not be told of question ${id} (${why}).`);
  };
  const ask = (pending: Pending): void => {
    const { id } = pending.question;
    const over = new AbortController();
    const to = hooksFor(pending.question);
    told.set(id, { over, to });
    void send(to, id, { type: 'approval.asked', ...tell(pending) }, over.signal);
  };
  const end = (id: string): void => {
    const { over, to } = told.get(id)!;
    told.delete(id);
    over.abort();
    void send(to, `${id}-over`, { type: 'approval.over', data: { id } }, new AbortController().signal);
  };
  return {
    reaches: (question) => hooksFor(question).length > 0,
    use(next) {
      hooks = next;
    },
    follow: (desk) =>
      desk.watch(() => {
        const now = new Map(desk.pending.map((pending) => [pending.question.id, pending]));
        for (const [id, pending] of now) if (!told.has(id)) ask(pending);
        for (const id of told.keys()) if (!now.has(id)) end(id);
      }),
  };
}

/** The ledger of grants: made, listed, narrowed, revoked, each on the books. It lives as long as the gateway. */
import type { Question } from '../question.ts';
import type { Approver } from './approver.ts';
import type { DeskEvent } from './events.ts';
import { covers, type Grant, type GrantScope, grantFor, type Narrowing, narrow } from './grants.ts';

export interface GrantBookOptions {
  /** Milliseconds since 1970. */
  now(): number;
  newId(): string;
  write(event: DeskEvent): void;
}

/** A grant, and what hides in the books what a person typed into it. */
interface Made extends Pick<Question, 'conceal'> {
  readonly grant: Grant;
}

export class GrantBook {
  readonly #options: GrantBookOptions;
  readonly #changed: () => void;
  #made: readonly Made[] = [];

  constructor(options: GrantBookOptions, changed: () => void) {
    this.#options = options;
    this.#changed = changed;
  }

  /** Those in force. */
  list(): readonly Grant[] {
    return this.#inForce().map(({ grant }) => grant);
  }

  covering(question: Question): readonly Grant[] {
    const now = this.#options.now();
    return this.list().filter((grant) => covers(grant, question, now));
  }

  make(
    question: Question,
    by: Approver,
    { expires, ...scope }: GrantScope & { readonly expires: number },
  ): void {
    const given = { id: this.#options.newId(), by, at: this.#options.now(), expires };
    const grant = grantFor(question, scope, given);
    if (!grant) return;
    const made = { grant, conceal: question.conceal };
    this.#write('grant_made', made);
    this.#made = [...this.#inForce(), made];
  }

  /** Undefined where there is no such grant. */
  narrow(id: string, by: Narrowing): Grant | undefined {
    const before = this.#find(id);
    if (!before) return undefined;
    const after = { ...before, grant: narrow(before.grant, by) };
    this.#replace(before, after, 'grant_narrowed');
    return after.grant;
  }

  revoke(id: string): Grant | undefined {
    const before = this.#find(id);
    if (before) this.#replace(before, undefined, 'grant_revoked');
    return before?.grant;
  }

  #inForce(): readonly Made[] {
    const now = this.#options.now();
    return this.#made.filter(({ grant }) => now < grant.expires);
  }

  #find(id: string): Made | undefined {
    return this.#inForce().find(({ grant }) => grant.id === id);
  }

  #replace(before: Made, after: Made | undefined, event: 'grant_narrowed' | 'grant_revoked'): void {
    this.#write(event, after ?? before);
    this.#made = this.#inForce().flatMap((made) => (made === before ? (after ?? []) : made));
    this.#changed();
  }

  #write(event: 'grant_made' | 'grant_narrowed' | 'grant_revoked', { grant, conceal }: Made): void {
    const { match, ...rest } = grant;
    const concealed = Object.entries(match ?? {}).map(([pointer, pattern]) => [pointer, conceal(pattern)]);
    const told = match ? { ...rest, match: Object.fromEntries(concealed) } : grant;
    this.#options.write({ event, grant: told });
  }
}

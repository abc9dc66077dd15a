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

export class GrantBook {
  readonly #options: GrantBookOptions;
  readonly #changed: () => void;
  #grants: readonly Grant[] = [];

  constructor(options: GrantBookOptions, changed: () => void) {
    this.#options = options;
    this.#changed = changed;
  }

  /** Those in force. */
  list(): readonly Grant[] {
    const now = this.#options.now();
    return this.#grants.filter((grant) => now < grant.expires);
  }

  covering(question: Question): readonly Grant[] {
    const now = this.#options.now();
    return this.#grants.filter((grant) => covers(grant, question, now));
  }

  make(
    question: Question,
    by: Approver,
    { expires, ...scope }: GrantScope & { readonly expires: number },
  ): void {
    const given = { id: this.#options.newId(), by, at: this.#options.now(), expires };
    const grant = grantFor(question, scope, given);
    if (!grant) return;
    this.#options.write({ event: 'grant_made', grant });
    this.#grants = [...this.list(), grant];
  }

  /** Undefined where there is no such grant. */
  narrow(id: string, by: Narrowing): Grant | undefined {
    const before = this.#find(id);
    return before && this.#replace(before, narrow(before, by), 'grant_narrowed');
  }

  revoke(id: string): Grant | undefined {
    const before = this.#find(id);
    return before && this.#replace(before, undefined, 'grant_revoked');
  }

  #find(id: string): Grant | undefined {
    return this.list().find((grant) => grant.id === id);
  }

  #replace(before: Grant, after: Grant | undefined, event: 'grant_narrowed' | 'grant_revoked'): Grant {
    this.#options.write({ event, grant: after ?? before });
    this.#grants = this.list().flatMap((grant) => (grant === before ? (after ?? []) : grant));
    this.#changed();
    return after ?? before;
  }
}

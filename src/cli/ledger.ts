/** The books of the gateway: what cannot be put there refuses the next exchange, or passes where the policy says so. */
import { FcgateError } from '../errors.ts';
import type { Recording } from '../exchange.ts';
import type { Ledger } from '../proxy/governance.ts';
import type { Audit } from '../record/audit.ts';
import type { Sessions } from '../record/sessions.ts';

export interface Books {
  readonly audit: Pick<Audit, 'append' | 'flush'>;
  readonly sessions: Pick<Sessions, 'append' | 'trouble' | 'room' | 'flush'>;
  /** `record.on_error: pass` of the policy in force. */
  mayPass(): boolean;
  warn(line: string): void;
}

export function keepLedger({ audit, sessions, mayPass, warn }: Books): Ledger {
  /** Recordings that could not be made: each is tried again before anything else is let through. */
  let unmade: (() => Recording)[] = [];

  const retry = (): void => {
    const left: typeof unmade = [];
    for (const make of unmade) {
      try {
        sessions.append(make());
      } catch {
        left.push(make);
      }
    }
    unmade = left;
    if (left.length > 0) throw new FcgateError('record_failed', 'A recording cannot be made.');
  };
  const passing = (error: unknown): boolean => {
    if (!mayPass()) return false;
    warn(`fcgate: not written, and passed as record.on_error says: ${saidOf(error)}`);
    return true;
  };
  return {
    append(entries) {
      try {
        if (unmade.length > 0) retry();
        const trouble = sessions.trouble();
        if (trouble) throw trouble;
        audit.append(entries);
      } catch (error) {
        if (!passing(error)) throw error;
        unmade = [];
      }
    },
    record(make) {
      const trouble = sessions.trouble();
      // What nobody waits for would pile up.
      if (trouble && passing(trouble)) return;
      try {
        sessions.append(make());
      } catch (error) {
        if (passing(error)) return;
        unmade.push(make);
        warn(`fcgate: a recording cannot be made; nothing is let through until it can: ${framesOf(error)}`);
      }
    },
    room: () => sessions.room(),
    async flush() {
      await sessions.flush();
      await audit.flush();
    },
  };
}

const saidOf = (error: unknown): string => (error instanceof FcgateError ? error.message : framesOf(error));

/** An error's name and place: its message may quote traffic. */
export function framesOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 4)].join('\n');
}

/** The ledger as the gateway keeps it: where something could not be written, nothing new is let through until it is. */
import { FcgateError } from '../errors.ts';
import type { Recording } from '../exchange.ts';
import type { AuditEntry } from '../flow/steps.ts';
import type { Ledger } from './governance.ts';

export interface Books {
  /** Throws `record_failed`. */
  append(entries: readonly AuditEntry[]): void;
  /** Never throws; what cannot be written is kept and tried again. */
  record(make: () => Recording): void;
  /** Before a new exchange: writes what is owed. Throws `record_failed` where it still cannot be written. */
  settle(): Promise<void> | undefined;
  flush(): Promise<void>;
}

export function keepBooks(ledger: Ledger, fault: (error: unknown, exchange: string) => void): Books {
  const owed = new Set<Recording>();
  const write = async (recording: Recording): Promise<void> => {
    await ledger.record(recording);
    owed.delete(recording);
  };
  const settle = async (): Promise<void> => {
    try {
      for (const recording of owed) await write(recording);
    } catch (error) {
      throw failed(error);
    }
  };
  return {
    append(entries) {
      try {
        ledger.append(entries);
      } catch (error) {
        throw failed(error);
      }
    },
    record(make) {
      let recording: Recording;
      try {
        recording = make();
      } catch (error) {
        return fault(error, '');
      }
      write(recording).catch((error) => {
        owed.add(recording);
        fault(error, recording.id);
      });
    },
    settle: () => (owed.size > 0 ? settle() : undefined),
    async flush() {
      await settle().catch((error) => fault(error, ''));
      await ledger.flush();
    },
  };
}

const failed = (cause: unknown): FcgateError =>
  new FcgateError(
    'record_failed',
    'The audit or the recording cannot be written. Free the disk, or mend its rights.',
    {
      cause,
    },
  );

/** Recorded traffic as what policies are compared on: conversations, each asked by one caller. */
import type { Recording } from '../exchange.ts';
import type { Case, Fixture } from '../fixture.ts';
import type { Court } from './decide.ts';

/** Recordings that are one conversation after the other, and who asks, where it is not who asked then. */
export interface Evidence extends Pick<Court, 'caller' | 'answer'> {
  readonly recordings: readonly Recording[];
  /** Of these is told; the others only lead to them. */
  readonly told: ReadonlySet<Recording>;
  /** Values in them are not those that were sent. */
  readonly masked: boolean;
}

type Recorded = Pick<Fixture, 'recordings'> & Partial<Pick<Fixture, 'cases'>>;

const AS_RECORDED: readonly Pick<Case, 'caller' | 'answer'>[] = [{}];

/** In a fixture, which has cases, every value is meant as it stands; a recorded session is masked. */
export function evidenceOf({ recordings, cases }: Recorded): Evidence[] {
  const all = new Map<string, Evidence & { readonly told: Set<Recording> }>();
  for (const recording of recordings) {
    const own = (cases ?? []).filter((one) => one.recording === recording.id);
    for (const { caller, answer } of own.length > 0 ? own : AS_RECORDED) {
      const key = JSON.stringify([recording.session, caller, answer]);
      const evidence = all.get(key) ?? {
        recordings: recordings.filter(({ session }) => session === recording.session),
        told: new Set<Recording>(),
        masked: cases === undefined,
        ...(caller ? { caller } : {}),
        ...(answer ? { answer } : {}),
      };
      all.set(key, evidence);
      evidence.told.add(recording);
    }
  }
  return [...all.values()];
}

/** What the calls of a conversation add up to, where the policy's conditions count them. */
import type { Tally, Unit } from '../exchange.ts';
import type { Policy } from '../policy/policy.ts';
import { addCall, copyOf, type Kept, newTally } from '../policy/tally.ts';
import type { Reading } from '../wire/codec.ts';
import type { Lineage } from './lineage.ts';

/** The tally of a conversation as this policy keeps it. */
export interface Counted {
  readonly policy: string;
  readonly tally: Kept;
}

/**
 * Kept up from call to call. What was never counted here, because the conversation began elsewhere or the policy is new,
 * is counted once from the conversation's own history.
 */
export function tallyOf(lineage: Lineage, policy: Policy, reading: Reading | undefined): Tally | undefined {
  const { amounts, hash } = policy;
  if (!amounts) return undefined;
  if (lineage.counted?.policy === hash) return lineage.counted.tally;
  const told = newTally();
  for (const unit of reading?.units ?? []) if (unit.stage === 'past_call') addCall(told, unit, amounts);
  const before = lineage.counted && copyOf(lineage.counted.tally);
  const tally = before ? { counts: before.counts, sums: new Map([...told.sums, ...before.sums]) } : told;
  lineage.counted = { policy: hash, tally };
  return tally;
}

/** A call went on. */
export function countCall({ counted }: Lineage, call: Unit, { amounts }: Policy): void {
  if (counted && amounts) addCall(counted.tally, call, amounts);
}

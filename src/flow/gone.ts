/** The last look at an answer that calls were taken out of: none that was refused is in it any more. */
import { FcgateError } from '../errors.ts';
import type { Outcome, Unit } from '../exchange.ts';
import type { AnswerReading } from '../wire/codec.ts';

/** `read` is what is left, read again as the app will. Throws `unreadable_answer`. */
export function verifyGone(
  outcomes: readonly Outcome[],
  units: readonly Unit[],
  { units: read }: AnswerReading,
): void {
  const nameOf = ({ tool, callId }: Unit): string => JSON.stringify([tool?.name, callId]);
  const calls = outcomes.filter(({ decision }) => decision.stage === 'tool_call');
  const unitOf = ({ decision }: Outcome): Unit => units[decision.unit]!;
  const allowed = counted(calls.filter(({ refused }) => !refused).map((each) => nameOf(unitOf(each))));
  const left = counted(read.filter(({ stage }) => stage === 'tool_call').map(nameOf));
  for (const call of calls) {
    const name = nameOf(unitOf(call));
    if (call.refused && (left.get(name) ?? 0) > (allowed.get(name) ?? 0))
      throw new FcgateError('unreadable_answer', 'a refused call cannot be taken out of the answer');
  }
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

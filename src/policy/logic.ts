/** What a condition comes to by outcomes that were recorded, without the values that it read. */
import type { Seen } from '../exchange.ts';
import type { Condition, Logic } from './condition.ts';

type Known = 'true' | 'false' | 'error';

/** Undefined where the recorded outcomes do not tell. An error counts as matched. */
export function recordedVerdict(
  { logic, points }: Pick<Condition, 'logic' | 'points'>,
  outcomes: Readonly<Record<string, Seen>>,
): Known | undefined {
  const known = (part: Logic): Known | undefined => {
    if ('always' in part) return part.always ? 'true' : 'false';
    if ('operator' in part) return joined(part.operator, part.of.map(known));
    const seen = outcomes[points[part.point]!.text];
    return seen === 'both' ? undefined : seen;
  };
  return known(logic);
}

type Operator = Extract<Logic, { operator: unknown }>['operator'];

function joined(operator: Operator, of: readonly (Known | undefined)[]): Known | undefined {
  if (operator === 'not') return of[0] === 'true' ? 'false' : of[0] === 'false' ? 'true' : of[0];
  if (operator === 'if') return of[0] === 'true' ? of[1] : of[0] === 'false' ? of[2] : of[0];
  const decisive = operator === 'and' ? 'false' : 'true';
  if (of.includes(decisive)) return decisive;
  if (of.includes(undefined)) return undefined;
  return of.includes('error') ? 'error' : of[0];
}

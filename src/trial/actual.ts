/** What a case would have to expect for it to hold: the same things, as they came. */
import type { Case, Expectation, Leaving } from '../fixture.ts';
import { askedOf, compare, effectAt, firedIn, maskedAt, riskOf, strictest } from './compare.ts';
import type { Trial } from './decide.ts';

/** Undefined where it holds. What holds of it stays as it is written. */
export function actualOf(one: Case, trial: Trial): Expectation | undefined {
  const { expect } = one;
  const wrong = new Set(compare(one, trial).map(({ what }) => what.split(/[.[]/)[0]!));
  if (wrong.size === 0) return undefined;
  const now = came(expect, trial, (what) => wrong.has(what));
  return Object.fromEntries(Object.entries(now).filter(([, value]) => value !== undefined));
}

type Came = { readonly [Key in keyof Expectation]: Expectation[Key] | undefined };

function came(expect: Expectation, trial: Trial, isWrong: (what: keyof Expectation) => boolean): Came {
  const { decisions = {}, masked = {}, leaves = {} } = expect;
  const total = riskOf(trial);
  const fired = firedIn(trial);
  return {
    ...expect,
    ...(isWrong('decision') ? { decision: strictest(trial) } : {}),
    ...(isWrong('decisions') ? { decisions: each(decisions, (place) => effectAt(trial, place)) } : {}),
    ...(isWrong('rules') ? { rules: [...fired] } : {}),
    ...(isWrong('not_rules') ? { not_rules: expect.not_rules?.filter((rule) => !fired.has(rule)) } : {}),
    ...(isWrong('masked') ? { masked: each(masked, (place) => maskedAt(trial, place)) } : {}),
    ...(isWrong('approvers') ? { approvers: askedOf(trial) } : {}),
    ...(isWrong('risk') ? { risk: { min: total, max: total } } : {}),
    ...(isWrong('leaves')
      ? {
          leaves: {
            ...(leaves.to_model ? { to_model: leftOf(leaves.to_model, trial.toModel ?? '') } : {}),
            ...(leaves.to_app ? { to_app: leftOf(leaves.to_app, trial.toApp) } : {}),
          },
        }
      : {}),
    ...(isWrong('code') ? { code: trial.codes[0] } : {}),
    ...(isWrong('message') ? { message: trial.messages[0] } : {}),
  };
}

const each = <T>(table: Readonly<Record<string, unknown>>, come: (place: string) => T): Record<string, T> =>
  Object.fromEntries(Object.keys(table).map((place) => [place, come(place)]));

/** A text that now leaves, or now does not, is no longer spoken of: nothing tells what should be in its place. */
const leftOf = ({ must = [], must_not: mustNot = [] }: Leaving, text: string): Leaving => ({
  ...(must.length > 0 ? { must: must.filter((part) => text.includes(part)) } : {}),
  ...(mustNot.length > 0 ? { must_not: mustNot.filter((part) => !text.includes(part)) } : {}),
});

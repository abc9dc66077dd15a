/** What people said, as it counts and as the books have it. */
import type { Answer } from '../question.ts';
import type { ToldAnswer } from './steps.ts';

/** Without the values that a person typed. */
export function toldAnswer(answer: Answer): ToldAnswer {
  if (!answer.allow) return answer;
  const { edits, useBy: _clock, ...said } = answer;
  return edits ? { ...said, edited: edits.map(({ path }) => path) } : said;
}

/** An approval that was not used in time is none. */
export const inTime = (answers: ReadonlyMap<number, Answer>, now: number): Map<number, Answer> =>
  new Map([...answers].map(([index, answer]) => [index, isVoid(answer, now) ? LATE : answer]));

export const isVoid = (answer: Answer, now: number): boolean =>
  answer.allow && answer.useBy !== undefined && answer.useBy < now;

/** What it allowed has gone on: no clock takes that back. */
export function used(answer: Answer): Answer {
  if (!answer.allow) return answer;
  const { useBy: _clock, ...said } = answer;
  return said;
}

const LATE: Answer = { allow: false, code: 'approval_timeout', state: 'unused' };

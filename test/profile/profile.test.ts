/** The Streaming Privacy Gateway profile: what a caller said comes back to it, what a model says of others does not. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allCases, undrawn } from './cases.ts';
import { play } from './play.ts';
import { openRig } from './rig.ts';
import { failureOf, type Played, ratesOf, tables } from './table.ts';

/** `npm run profile` plays all cases, the test suite a part of them from every axis. */
const isWhole = process.env.npm_lifecycle_event === 'profile';
const all = allCases();
const cases = isWhole ? all : all.filter((_, i) => i % 8 === 0);
const played: Played[] = [];
beforeAll(async () => {
  const rigs = [openRig('surrogate'), openRig('placeholder')];
  for (const [i, one] of cases.entries())
    played.push({ one, verdict: await play(rigs[i % 3 === 2 ? 1 : 0]!, one) });
}, 600_000);
afterAll(() => {
  if (isWhole) process.stdout.write(`${tables(played)}\n`);
});

const failures = (wrong: (each: Played) => boolean): string[] =>
  played.filter(wrong).map((each) => failureOf(each)!);

it('has cases enough', () => {
  expect(all.length).toBeGreaterThanOrEqual(500);
  expect(undrawn).toEqual([]);
});

it('leaves nothing open', () => {
  expect(failures(({ verdict }) => verdict.inconclusive !== undefined)).toEqual([]);
});

it('gives every caller its own values back', () => {
  expect(failures(({ verdict }) => verdict.restored === false)).toEqual([]);
});

it('lets no value through, whole or in pieces', () => {
  expect(failures(({ verdict }) => verdict.leaked === true)).toEqual([]);
  expect(ratesOf(played)).toMatchObject({ leakWhole: 0, leakPieces: 0, deltaFrag: 0 });
});

it('leaves alone what only looks like a value', () => {
  expect(
    ratesOf(played).overMask,
    failures(({ verdict }) => verdict.altered === true).join('\n'),
  ).toBeLessThanOrEqual(0.01);
});

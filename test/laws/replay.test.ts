/** Law 7: live = test = replay. The same exchange and policy give the same decisions. */
import { describe, expect, test } from 'vitest';
import type { RecordedDecision, Recording } from '../../src/exchange.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { decideAll } from '../../src/trial/decide.ts';
import { conversations, liveAll, NO, policies } from './scene.ts';

const key = Buffer.alloc(32, 7);
const otherKey = Buffer.alloc(32, 8);

/** A decision in one line, for telling where two differ. */
const told = ({ stage, path, tool, effect, rules, risk, approval, masked, refused }: RecordedDecision) =>
  JSON.stringify({ stage, path, tool, effect, rules, risk, approval, masked, refused: refused?.code });

const decidedAgain = (policy: string, recordings: readonly Recording[], by: Uint8Array): string[][] =>
  decideAll(recordings, { policy: policies[policy]!, hash: keyedHash(by) }).map(({ decisions }) =>
    decisions.map(told),
  );

describe.each(Object.keys(policies))('under %s', (name) => {
  test.each([...conversations])('%s is decided again as it was', (_session, recordings) => {
    const recorded = liveAll(policies[name]!, recordings).map(({ recording }) => recording);
    const decided = recorded.map(({ decisions }) => decisions.map(told));
    expect(decidedAgain(name, recorded, key)).toEqual(decided);
    expect(decidedAgain(name, recorded, otherKey)).toEqual(decided);
  });

  test.each([...conversations])('%s is decided again as people answered', (_session, recordings) => {
    const recorded = liveAll(policies[name]!, recordings, { answer: () => NO }).map((each) => each.recording);
    expect(decidedAgain(name, recorded, key)).toEqual(recorded.map(({ decisions }) => decisions.map(told)));
  });
});

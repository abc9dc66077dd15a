/** Law 7: live = test = replay. The same exchange and policy give the same decisions. */
import { describe, expect, test } from 'vitest';
import type { RecordedDecision, Recording } from '../../src/exchange.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { decideAll } from '../../src/trial/decide.ts';
import { conversations, liveAll, NO, policies, YES } from './scene.ts';

/** A test has another key than the gateway that recorded; `replay` has the same. */
const keys = [Buffer.alloc(32, 8), Buffer.alloc(32, 7)];

/** A decision in one line, for telling where two differ. */
const told = ({ stage, path, tool, effect, rules, risk, approval, masked, refused }: RecordedDecision) =>
  JSON.stringify({ stage, path, tool, effect, rules, risk, approval, masked, refused: refused?.code });

const decidedAgain = (policy: string, recordings: readonly Recording[], by: Uint8Array): string[][] =>
  decideAll(recordings, { policy: policies[policy]!, hash: keyedHash(by) }).map(({ decisions }) =>
    decisions.map(told),
  );

describe.each(Object.keys(policies))('under %s', (name) => {
  const policy = policies[name]!;
  const answers = /asked|risky|support/.test(name) ? [YES, NO] : [YES];

  test.each([...conversations])(
    '%s is decided again as it was, and as people answered',
    (_session, recordings) => {
      for (const answer of answers) {
        const recorded = liveAll(policy, recordings, { answer: () => answer }).map(
          ({ recording }) => recording,
        );
        const decided = recorded.map(({ decisions }) => decisions.map(told));
        for (const key of name === 'built-in' ? keys : keys.slice(0, 1))
          expect(decidedAgain(name, recorded, key)).toEqual(decided);
      }
    },
  );
});

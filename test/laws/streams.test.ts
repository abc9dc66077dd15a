/** Laws 1 and 3: chunking never matters; a stream is governed as the body that it would have been. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Recording } from '../../src/exchange.ts';
import { readAnswer } from './reading.ts';
import { conversations, type Lived, liveAll, policies } from './scene.ts';

/** What the audit is told while a stream comes, it is told by reads: the masks, one after the other, are the same. */
const masksOf = (parts: Lived['parts']) =>
  parts.flatMap(({ decisions }) => decisions.flatMap(({ masked }) => masked));

const without = ({ questions, recording, parts, ...lived }: Lived) => ({
  ...lived,
  parts: masksOf(parts),
  questions: questions.map(({ shown, hash, demand }) => ({ shown, hash, demand })),
  recording: { ...recording, ms: 0 },
});

/** Pieces that end at the given places. */
function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

/** Each byte on its own, where they are not too many. */
const byByte = (bytes: Uint8Array): Uint8Array[] =>
  bytes.length > 16 * 1024 ? [bytes] : Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));

/** A refusal that ends a stream comes after what went on before it. */
function answerOf(told: Recording, lived: Lived) {
  const answer = readAnswer(told, lived);
  const code = lived.entries.at(-1)!.refused?.code;
  if (code === undefined) return answer;
  expect(answer.text).toContain(`fcgate${code}:`);
  return { calls: answer.calls, code };
}

describe.each(['built-in', 'support', 'every call asked about'])('under %s', (name) => {
  test.each([...conversations])(
    '%s: however its bytes arrive, the same comes out',
    (_session, recordings) => {
      const policy = policies[name]!;
      const whole = liveAll(policy, recordings).map(without);
      expect(liveAll(policy, recordings, { cut: byByte }).map(without)).toEqual(whole);
      const cuts = fc.array(fc.nat(), { maxLength: 12 });
      fc.assert(
        fc.property(cuts, (places) => {
          const cut = (bytes: Uint8Array) => cutAt(bytes, places);
          expect(liveAll(policy, recordings, { cut }).map(without)).toEqual(whole);
        }),
        { numRuns: 4 },
      );
    },
  );
});

describe.each(Object.entries(policies))('under %s', (_name, policy) => {
  const streamed = [...conversations].filter(([session]) => session.endsWith('-stream'));

  test.each(streamed)('%s is governed as the body that it would have been', (session, recordings) => {
    const plain = conversations.get(session.replace(/-stream$/, ''))!;
    const [streams, bodies] = [liveAll(policy, recordings), liveAll(policy, plain)];
    const read = (all: readonly Lived[], told: typeof recordings) =>
      all.map((lived, i) => ({
        answer: answerOf(told[i]!, lived),
        decisions: lived.entries.map((entry) => [
          entry.effect,
          entry.decisions,
          entry.findings,
          entry.refused,
        ]),
        questions: lived.questions.map(({ shown }) => shown),
      }));
    expect(read(streams, recordings)).toEqual(read(bodies, plain));
  });
});

/** Law 4: whoever tells a conversation, the same is read in it, decided and sent. */
import { describe, expect, test } from 'vitest';
import { decisionsOf, readAnswer, readRequest } from './reading.ts';
import { conversations, liveAll, policies } from './scene.ts';

const tellings = ['openai-chat', 'openai-responses', 'anthropic', 'gemini', 'mistral', 'cohere', 'ollama'];
const names = [...new Set([...conversations.keys()].map((session) => session.split('-')[0]!))];

/** System text, tools and turns stand in another order in each dialect. */
const inAnyOrder = <T>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

function governed(session: string, name: string) {
  const recordings = conversations.get(session)!;
  return liveAll(policies[name]!, recordings).map((lived, i) => ({
    sent: inAnyOrder(readRequest(recordings[i]!, lived.toModel ?? '{}')),
    got: lived.recording.refused ?? readAnswer(recordings[i]!, lived),
    decided: inAnyOrder(lived.entries.flatMap(({ decisions }) => decisionsOf(decisions))),
    effects: lived.entries.map(({ effect }) => effect),
  }));
}

describe.each(Object.keys(policies))('under %s', (policy) => {
  test.each(names)('%s is the same by every provider', (name) => {
    const [first, ...others] = tellings;
    for (const stream of ['', '-stream']) {
      const expected = governed(`${name}-${first}${stream}`, policy);
      for (const other of others) expect(governed(`${name}-${other}${stream}`, policy)).toEqual(expected);
    }
  });
});

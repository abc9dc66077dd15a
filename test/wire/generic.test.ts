/** JSON of no known dialect: all of it is somebody's text. */
import { describe, expect, it } from 'vitest';
import { generic, otherOf } from '../../src/wire/generic.ts';
import { ndjsonSplitter } from '../../src/wire/ndjson.ts';
import { openaiChat } from '../../src/wire/openai-chat.ts';
import { openaiEmbeddings } from '../../src/wire/openai-embeddings.ts';
import { docOf, hear, OPTIONS, rewrite, textOf, texts, write } from './reading.ts';

const body = { model: 'm', stream: true, user: { mail: 'ann@x.org', age: 1234567, deep: ['Bob', 5] } };

describe('a body', () => {
  it('is strings, longer numbers and keys', () => {
    const reading = generic.readRequest(docOf({ ...body, 'ann@x.org': 1 }), OPTIONS);
    const leaves = reading.units.flatMap((unit) =>
      unit.leaves.map((leaf) => [unit.stage, leaf.kind, leaf.path, textOf(leaf)]),
    );
    expect(leaves).toEqual(
      expect.arrayContaining([
        ['prompt', 'string', '/user/mail', 'ann@x.org'],
        ['prompt', 'number', '/user/age', '1234567'],
        ['prompt', 'string', '/user/deep/0', 'Bob'],
        ['prompt', 'key', '/ann@x.org', 'ann@x.org'],
      ]),
    );
    expect(reading).toMatchObject({ model: 'm', stream: true, offered: undefined, turns: [] });
  });

  it('answers with text', () => {
    expect(texts(generic.readAnswer(docOf(body), OPTIONS).units, 'response')).toContain(
      'response /user/mail ann@x.org',
    );
  });
});

describe('a stream', () => {
  it('goes on under each path', () => {
    const heard = hear(generic, [
      { delta: { text: 'ann@' }, n: 1234567 },
      { delta: { text: 'x.org' } },
      '[DONE]',
      'plain words',
    ]);
    const { units } = heard.reading();
    expect(texts(units)).toEqual(['response /delta/text ann@x.org', 'response  [DONE]plain words']);
    expect(units.flatMap((unit) => unit.leaves).map(textOf)).toContain('1234567');
    expect(heard.write(rewrite(units, () => 'X'))).toBe(
      'data: {"delta":{"text":"X"},"n":1234567}\n\ndata: {"delta":{"text":""}}\n\ndata: X\n\ndata: \n\n',
    );
  });

  it('may be lines of JSON', () => {
    const heard = hear(generic, '{"text":"ann@"}\r\n\n{"text":"x.org"}', ndjsonSplitter());
    expect(heard.readable).toBe(true);
    expect(texts(heard.reading().units)).toEqual(['response /text ann@x.org']);
    expect(heard.write(rewrite(heard.reading().units, () => 'X'))).toBe('{"text":"X"}\r\n\n{"text":""}');
  });

  it('may have data in several lines', () => {
    const heard = hear(generic, 'data: ann@\ndata: x.org\n\n');
    expect(texts(heard.reading().units)).toEqual(['response  ann@\nx.org']);
  });
});

describe("a provider's other JSON", () => {
  it("has the provider's errors", () => {
    const other = otherOf(openaiChat);
    expect(other.provider).toBe('openai');
    expect(JSON.parse(other.errorBody('policy_denied', 403, 'no')).error).toMatchObject({
      type: 'permission_error',
      code: 'policy_denied',
    });
  });
});

describe('embeddings', () => {
  it('send texts and give vectors, which are opaque', () => {
    const asked = openaiEmbeddings.readRequest(docOf({ model: 'e', input: ['Ann', 'Bob'] }), OPTIONS);
    expect(texts(asked.units)).toEqual(['prompt /model e', 'prompt /input/0 Ann', 'prompt /input/1 Bob']);
    const given = (embedding: unknown) =>
      openaiEmbeddings.readAnswer(
        docOf({ object: 'list', data: [{ object: 'embedding', index: 0, embedding }] }),
        OPTIONS,
      );
    for (const embedding of [[0.1234567, -0.7654321], 'AAAAgD8AAABAAAAAgD8=']) {
      expect(given(embedding).units).toEqual([]);
      expect(given(embedding).omit.map(({ path }) => path)).toEqual(['/data/0/embedding']);
    }
    expect(texts(given('ann@x.org, in words').units)).toEqual([
      'response /data/0/embedding ann@x.org, in words',
    ]);
  });

  it('leave as they came where nothing is altered', () => {
    const doc = docOf({ input: 'Ann' });
    expect(write(doc, [])).toBe('{"input":"Ann"}');
  });
});

/** Text embeddings by `:predict`: their texts are read, vectors are opaque; what other models take there is not read. */
import { describe, expect, it } from 'vitest';
import { vertexEmbeddings } from '../../src/wire/vertex-embeddings.ts';
import { docOf, OPTIONS, texts } from './reading.ts';

const ask = (...instances: object[]) => vertexEmbeddings.readRequest(docOf({ instances }), OPTIONS);

describe('text embeddings of Vertex', () => {
  it('have their texts read', () => {
    const { units } = ask(
      { content: 'Ann', title: 'People', task_type: 'RETRIEVAL_DOCUMENT' },
      { content: 'Bob' },
    );
    const told = texts(units);
    expect(told).toContain('prompt /instances/0/content Ann');
    expect(told).toContain('prompt /instances/0/title People');
    expect(told).toContain('prompt /instances/1/content Bob');
  });

  it('are answered by vectors, which are no text', () => {
    const embeddings = { values: [0.25, -1], statistics: { token_count: 1, truncated: false } };
    const doc = docOf({ predictions: [{ embeddings, note: 'Mail Ann.' }] });
    const { units, omit } = vertexEmbeddings.readAnswer(doc, OPTIONS);
    expect(texts(units)).toEqual(['response /predictions/0/note Mail Ann.']);
    expect(omit.map(({ path }) => path)).toEqual(['/predictions/0/embeddings/values']);
  });

  it.each<[string, () => unknown]>([
    ['a picture asked for', () => ask({ prompt: 'A cat' })],
    ['a picture beside a text', () => ask({ content: 'A', image: { bytesBase64Encoded: 'AAAA' } })],
    ['one of two', () => ask({ content: 'A' }, { image: {} })],
    ['a content that is no text', () => ask({ content: { image: 'AAAA' } })],
    [
      'instances said twice',
      () =>
        vertexEmbeddings.readRequest(
          docOf('{"instances":[{"content":"A"}],"instances":[{"image":1}]}'),
          OPTIONS,
        ),
    ],
    ['no instances', () => vertexEmbeddings.readRequest(docOf({ contents: [] }), OPTIONS)],
  ])('are not %s', (_what, read) => {
    expect(read).toThrow(
      expect.objectContaining({ code: 'uninspectable', message: expect.stringMatching(/text embeddings/) }),
    );
  });
});

/** Cohere Embed (API reference: POST /v2/embed): texts go out, opaque vectors come back, with the texts again. */
import { readAnswerBody } from './body.ts';
import type { Codec } from './codec.ts';
import { cohere } from './cohere.ts';
import { otherOf } from './generic.ts';
import { kindOf, OBJECT } from './json.ts';
import { embedding } from './openai-embeddings.ts';
import { all, each, object, type Shape, skip, text } from './shape.ts';

const vectors = each(embedding);
const byType = object(all(['float', 'int8', 'uint8', 'binary', 'ubinary', 'base64'], vectors));

const embeddings: Shape = (spot, to) => (kindOf(spot.doc, spot.node) === OBJECT ? byType : vectors)(spot, to);

const answer = object({
  ...all(['id', 'meta', 'response_type', 'images'], skip),
  texts: each(text),
  embeddings,
});

export const cohereEmbeddings: Codec = {
  ...otherOf(cohere),
  name: 'cohere-embeddings',
  readAnswer: (doc, { depth }) => readAnswerBody(doc, answer, { depth }),
};

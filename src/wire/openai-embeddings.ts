/** OpenAI Embeddings (API reference: POST /v1/embeddings): texts go out, opaque vectors come back. */
import { readAnswerBody } from './body.ts';
import type { Codec } from './codec.ts';
import { otherOf } from './generic.ts';
import { kindOf, STRING } from './json.ts';
import { openaiChat } from './openai-chat.ts';
import { all, each, object, type Shape, sealed, skip, vector } from './shape.ts';

/** Numbers, or their bytes in Base64. */
export const embedding: Shape = (spot, to) =>
  (kindOf(spot.doc, spot.node) === STRING ? sealed : vector)(spot, to);

const answer = object({
  ...all(['object', 'model', 'usage', 'id'], skip),
  data: each(object({ ...all(['object', 'index'], skip), embedding })),
});

export const openaiEmbeddings: Codec = {
  ...otherOf(openaiChat),
  name: 'openai-embeddings',
  readAnswer: (doc, { depth }) => readAnswerBody(doc, answer, { depth }),
};

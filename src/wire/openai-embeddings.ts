/** OpenAI Embeddings (API reference: POST /v1/embeddings): texts go out, opaque vectors come back. */
import type { Codec } from './codec.ts';
import { Collector, type Spot } from './collector.ts';
import { otherOf } from './generic.ts';
import { kindOf, STRING, stringOf } from './json.ts';
import { openaiChat } from './openai-chat.ts';
import { all, each, object, omit, type Shape, skip, vector } from './shape.ts';

/** Numbers, or their bytes in Base64. */
const embedding: Shape = (spot, to) => (isBase64(spot) ? omit : vector)(spot, to);

const isBase64 = ({ doc, node }: Spot): boolean =>
  kindOf(doc, node) === STRING && /^[\w+/]{16,}={0,2}$/.test(stringOf(doc, node));

const answer = object({
  ...all(['object', 'model', 'usage', 'id'], skip),
  data: each(object({ ...all(['object', 'index'], skip), embedding })),
});

export const openaiEmbeddings: Codec = {
  ...otherOf(openaiChat),
  name: 'openai-embeddings',
  readAnswer(doc, { depth }) {
    const to = new Collector({ side: 'answer', depth });
    answer({ doc, node: 0, path: '', key: '' }, to);
    return { units: to.units(), omit: to.omitted };
  },
};

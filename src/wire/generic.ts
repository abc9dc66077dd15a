/** Other JSON: every string, number and key is somebody's text. */
import type { Codec, CodecOptions } from './codec.ts';
import { Collector } from './collector.ts';
import { genericError } from './errors.ts';
import { type Doc, tryParseJson } from './json.ts';
import type { StreamEvent } from './sse.ts';

const root = (doc: Doc) => ({ doc, node: 0, path: '', key: '' });

export const generic: Codec = {
  name: 'generic',
  provider: 'generic',
  readRequest(doc, options) {
    const to = new Collector({ side: 'request', ...options });
    to.walk(root(doc), 'prompt');
    return { model: '', stream: false, turns: [], offered: undefined, units: to.units(), omit: [] };
  },
  readAnswer(doc, options) {
    const to = new Collector({ side: 'answer', depth: options.depth });
    to.walk(root(doc), 'response');
    return { units: to.units(), omit: [] };
  },
  refuseCalls: () => [],
  openStream(options: CodecOptions) {
    const to = new Collector({ side: 'answer', depth: options.depth });
    return {
      push(event: StreamEvent) {
        if (!event.data) return true;
        const { bytes, start, end, ground } = event.data;
        const doc = tryParseJson(bytes, ground, { start, end, depth: options.depth });
        if (doc) to.walk(root(doc), 'response');
        return doc !== undefined;
      },
      finished: () => true,
      reading: () => ({ units: to.units(), omit: [] }),
      refuse: () => [],
    };
  },
  errorBody: genericError,
  errorEvent: (code, message) => `data: ${genericError(code, 403, message)}\n\n`,
};

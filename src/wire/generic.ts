/** Other JSON: every string, number and key is somebody's text. */
import type { Codec, CodecOptions, StreamReader } from './codec.ts';
import { Collector } from './collector.ts';
import { genericError } from './errors.ts';
import { type Doc, kindOf, member, stringMember, TRUE } from './json.ts';
import { tryParseJson } from './json-parse.ts';
import { rootOf } from './spot.ts';
import type { StreamEvent } from './sse.ts';
import { leavesOf, type Text } from './units.ts';

export const generic: Codec = {
  name: 'generic',
  provider: 'generic',
  readRequest(doc, options) {
    const to = new Collector({ side: 'request', ...options });
    to.walk(rootOf(doc), 'prompt');
    const stream = member(doc, 0, 'stream');
    return {
      model: stringMember(doc, 0, 'model') ?? '',
      stream: stream !== undefined && kindOf(doc, stream) === TRUE,
      turns: [],
      offered: undefined,
      units: to.units(),
      omit: [],
    };
  },
  readAnswer(doc, options) {
    const to = new Collector({ side: 'answer', depth: options.depth });
    to.walk(rootOf(doc), 'response');
    return { units: to.units(), omit: [] };
  },
  refuseCalls: () => [],
  openStream: (options) => openStream(options),
  errorBody: genericError,
  errorEvent: (code, message) => `data: ${genericError(code, 403, message)}\n\n`,
};

/** A dialect in which errors are told as another one's provider tells them. */
export const withErrorsOf = (codec: Codec, { provider, errorBody, errorEvent }: Codec): Codec => ({
  ...codec,
  provider,
  errorBody,
  errorEvent,
});

/** Other JSON of a provider. */
export const otherOf = (codec: Codec): Codec => withErrorsOf(generic, codec);

/** What an unknown dialect says under one path goes on from event to event; what is no JSON is plain text. */
function openStream({ depth }: CodecOptions): StreamReader {
  const to = new Collector({ side: 'answer', depth, streamed: true });
  return {
    push({ data }: StreamEvent) {
      if (!data) return true;
      const { bytes, start, end, ground } = data;
      const doc = tryParseJson(bytes, ground, { start, end, depth });
      if (doc) readEvent(doc, to);
      else to.piece('response', '', '', plainText(data));
      return true;
    },
    finished: () => true,
    reading: () => ({ units: to.units(), omit: [] }),
    refuse: () => [],
  };
}

function readEvent(doc: Doc, to: Collector): void {
  for (const leaf of leavesOf(doc, 0, '')) {
    const { bytes, start, end, origin } = leaf;
    if (leaf.kind === 'string' && 'pieces' in (origin as object)) {
      const { pieces } = origin as Pick<Text, 'pieces'>;
      to.piece('response', leaf.path, leaf.key ?? '', { bytes, start, end, pieces });
    } else to.unit({ stage: 'response', path: leaf.path, leaves: [leaf] });
  }
}

function plainText({ bytes, start, end, ground }: NonNullable<StreamEvent['data']>): Text {
  if ('pieces' in ground) return { bytes, start, end, pieces: ground.pieces };
  const piece = {
    from: 0,
    to: end - start,
    rawStart: start,
    rawEnd: end,
    below: ground,
    encode: 'none' as const,
  };
  return { bytes, start, end, pieces: [piece] };
}

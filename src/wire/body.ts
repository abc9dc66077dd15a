/** Bodies that are one JSON document, read by their shape: what the codecs tell alike. */
import type { AnswerReading, CodecOptions, Reading } from './codec.ts';
import { Collector } from './collector.ts';
import { type Doc, kindOf, member, stringMember, TRUE } from './json.ts';
import type { Shape } from './shape.ts';
import { rootOf } from './spot.ts';

export function readRequestBody(doc: Doc, shape: Shape, options: CodecOptions): Reading {
  const to = new Collector({ side: 'request', ...options });
  shape(rootOf(doc), to);
  const stream = member(doc, 0, 'stream');
  return {
    model: stringMember(doc, 0, 'model') ?? '',
    stream: stream !== undefined && kindOf(doc, stream) === TRUE,
    turns: to.turns,
    offered: to.offersMore ? undefined : to.offered,
    units: to.units(),
    omit: to.omitted,
  };
}

export function readAnswerBody(
  doc: Doc,
  shape: Shape,
  { depth, offered }: Pick<CodecOptions, 'depth' | 'offered'>,
): AnswerReading {
  const to = new Collector({ side: 'answer', depth, offered });
  shape(rootOf(doc), to);
  return { units: to.units(), omit: to.omitted };
}

/** The provider's id of an answer, where it has one. */
export function idOf(doc: Doc): Pick<AnswerReading, 'id'> {
  const id = stringMember(doc, 0, 'id');
  return id === undefined ? {} : { id };
}

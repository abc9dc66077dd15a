/** Text embeddings by Vertex's `:predict` (API reference: Text embeddings): texts go out, opaque vectors come back. */
import { FcgateError } from '../errors.ts';
import { readAnswerBody } from './body.ts';
import type { Codec } from './codec.ts';
import { gemini } from './gemini.ts';
import { otherOf } from './generic.ts';
import {
  ARRAY,
  type Doc,
  elements,
  kindOf,
  member,
  members,
  type Node,
  OBJECT,
  repeatsKey,
  STRING,
} from './json.ts';
import { all, each, object, skip, vector } from './shape.ts';

const embeddings = object({ values: vector, statistics: skip });
const answer = object({
  ...all(['metadata', 'deployedModelId'], skip),
  predictions: each(object({ embeddings })),
});

const other = otherOf(gemini);

export const vertexEmbeddings: Codec = {
  ...other,
  name: 'vertex-embeddings',
  readRequest(doc, options) {
    const instances = member(doc, 0, 'instances');
    if (instances === undefined || kindOf(doc, instances) !== ARRAY || repeatsKey(doc, 0)) throw otherModel();
    if (!elements(doc, instances).every((node) => isText(doc, node))) throw otherModel();
    return other.readRequest(doc, options);
  },
  readAnswer: (doc, { depth }) => readAnswerBody(doc, answer, { depth }),
};

const MEMBERS = new Set(['content', 'title', 'task_type', 'taskType']);

/** A text to be embedded; what other models take at the same path has pictures and sounds about it. */
const isText = (doc: Doc, node: Node): boolean =>
  kindOf(doc, node) === OBJECT &&
  member(doc, node, 'content') !== undefined &&
  members(doc, node).every(({ key, value }) => MEMBERS.has(key) && kindOf(doc, value) === STRING);

const otherModel = (): FcgateError =>
  new FcgateError(
    'uninspectable',
    'of :predict, text embeddings alone are read: instances of content, title and task_type; set uninspectable: pass on the connection to let other models through unread',
  );

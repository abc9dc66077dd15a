/** Messages of Ollama, as they stand in requests and in answers, and the answer around them. */
import { kindOf, member, NULL, STRING, stringMember } from './json.ts';
import { all, by, each, object, type Shape, sealed, skip, text, vector } from './shape.ts';

/** A call comes whole; ids are often absent. Arguments are an object, or (compatible servers) JSON in a string. */
export const call: Shape = (spot, to) => {
  const { doc, node, path } = spot;
  if (kindOf(doc, node) === NULL) return;
  const body = member(doc, node, 'function') ?? node;
  const head = {
    spot,
    path,
    name: stringMember(doc, body, 'name'),
    id: stringMember(doc, node, 'id') || undefined,
  };
  let heard = false;
  const given: Shape = (value) => {
    heard = true;
    to.call(head, value, kindOf(doc, value.node) === STRING ? 'json' : 'object');
  };
  const members = { ...all(['id', 'type', 'index', 'name'], skip), arguments: given };
  object({ ...members, function: object({ ...members, description: text }) })(spot, to);
  if (!heard) to.call(head);
};

const spokenWith = (calls: Shape): Shape =>
  object({
    ...all(['role', 'tool_name', 'tool_call_id', 'name'], skip),
    ...all(['content', 'thinking'], text),
    images: each(sealed),
    tool_calls: calls,
  });

const spoken = spokenWith(each(call));

/** A result names its tool, or the call that it answers. */
const result: Shape = (spot, to) => {
  const { doc, node } = spot;
  const callId = stringMember(doc, node, 'tool_call_id') || undefined;
  const name = stringMember(doc, node, 'tool_name') ?? stringMember(doc, node, 'name');
  to.resultOf(name ?? to.names.get(callId ?? ''), callId, () => spoken(spot, to));
};

export const message: Shape = by('role', { tool: result }, spoken);

/** The answer by its members; `calls` reads those of its message. */
export const answerOf = (calls: Shape): Shape =>
  object({
    ...all(['model', 'created_at', 'done', 'done_reason', 'remote_model', 'remote_host'], skip),
    ...all(['total_duration', 'load_duration', 'prompt_eval_count', 'prompt_eval_duration'], skip),
    ...all(['eval_count', 'eval_duration', 'completed', 'total'], skip),
    message: spokenWith(calls),
    ...all(['response', 'thinking', 'error'], text),
    context: vector,
    embedding: vector,
    embeddings: each(vector),
    image: sealed,
    logprobs: (spot, to) => to.shadow('', spot),
  });

/** Messages of Cohere Chat, as they stand in requests and in answers, and the answer around them. */
import { kindOf, OBJECT, stringMember } from './json.ts';
import { call } from './openai-chat-messages.ts';
import { all, by, each, mediaUrl, object, partKind, type Shape, skip, text } from './shape.ts';

/** One part of a content; a document of a result holds what the tool gave. */
export const part: Shape = (spot, to) => (kindOf(spot.doc, spot.node) === OBJECT ? block : text)(spot, to);

const block = object({
  type: partKind,
  detail: skip,
  ...all(['text', 'thinking'], text),
  image_url: (spot, to) =>
    (kindOf(spot.doc, spot.node) === OBJECT ? object({ url: mediaUrl, detail: skip }) : mediaUrl)(spot, to),
  document: object({ id: skip, data: text }),
});

/** What the app, or a document, said before. Offsets stay as they came. */
export const citation = object({
  ...all(['start', 'end', 'type', 'content_index'], skip),
  text,
  sources: each(object({ ...all(['type', 'id'], skip), ...all(['document', 'tool_output'], text) })),
});

const spoken = object({
  role: skip,
  content: each(part),
  tool_plan: text,
  tool_calls: each(call),
  citations: each(citation),
});

const result: Shape = (spot, to) => {
  const callId = stringMember(spot.doc, spot.node, 'tool_call_id');
  to.resultOf(to.names.get(callId ?? ''), callId, () =>
    object({ ...all(['role', 'tool_call_id'], skip), content: each(part) })(spot, to),
  );
};

export const message: Shape = by('role', { tool: result }, spoken);

/** What an answer says beside its message. An error has a text where the message would be. */
export const answer: Shape = object({
  ...all(['id', 'finish_reason', 'usage'], skip),
  message: (spot, to) => (kindOf(spot.doc, spot.node) === OBJECT ? spoken : text)(spot, to),
  error: text,
  logprobs: (spot, to) => to.shadow('', spot),
});

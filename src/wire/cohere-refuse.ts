/** Taking refused calls out of a Cohere answer: a text part at the message's end says each refusal, streamed or not. */
import type { CallOrigin } from './calls.ts';
import type { RefusedCall } from './codec.ts';
import { editDoc, type Splice } from './edit.ts';
import {
  ARRAY,
  type Doc,
  elements,
  endOf,
  kindOf,
  member,
  members,
  type Node,
  numberMember,
  stringMember,
} from './json.ts';
import { addMember, replaceNode, without } from './rewrite.ts';
import type { StreamEvent } from './sse.ts';

/** A call that came by events of its own. */
export interface StreamedCall {
  /** Its path in the body. */
  readonly path: string;
  readonly events: { readonly event: StreamEvent; readonly doc: Doc }[];
}

const partOf = (text: string): string => JSON.stringify({ type: 'text', text });

export function refuseCohereCalls(doc: Doc, refused: readonly RefusedCall[]): Splice[] {
  const texts = textsByPath(refused);
  const message = member(doc, 0, 'message');
  const calls = message === undefined ? undefined : member(doc, message, 'tool_calls');
  if (message === undefined || calls === undefined || kindOf(doc, calls) !== ARRAY) return [];
  const listed = elements(doc, calls);
  const gone = new Set(listed.filter((_, i) => texts.has(`/message/tool_calls/${i}`)));
  if (gone.size === 0) return [];
  const all = gone.size === listed.length;
  const emptied = all && members(doc, message).length === 1;
  return [
    ...(all ? without(doc, message, new Set([calls])) : without(doc, calls, gone)),
    ...addParts(doc, message, [...texts.values()].map(partOf), emptied),
    ...(all ? complete(doc, 0) : []),
  ];
}

function addParts(doc: Doc, message: Node, parts: readonly string[], emptied: boolean): Splice[] {
  const content = member(doc, message, 'content');
  if (content === undefined) return addMember(doc, message, 'content', `[${parts}]`, emptied);
  if (kindOf(doc, content) !== ARRAY) return replaceNode(doc, content, `[${parts}]`);
  const end = endOf(doc, content) - 1;
  return editDoc(doc, end, end, elements(doc, content).length > 0 ? `,${parts}` : `${parts}`);
}

/** `parts` is how many parts the content has; `ends` are the events that say why the message ended. */
export function refuseCohereEvents(
  refused: readonly RefusedCall[],
  calls: readonly StreamedCall[],
  parts: number,
  ends: readonly Doc[],
): Splice[] {
  const texts = textsByPath(refused);
  let next = parts;
  let gone = 0;
  const splices = calls.flatMap((call) => {
    const text = texts.get(call.path);
    if (text === undefined) return gone > 0 ? moveUp(call, gone) : [];
    gone++;
    return replaceCall(call, text, next++);
  });
  return gone < calls.length
    ? splices
    : [...splices, ...ends.flatMap((doc) => complete(doc, member(doc, 0, 'delta')))];
}

function replaceCall({ events }: StreamedCall, text: string, index: number): Splice[] {
  const told = (type: string, content?: object): string => {
    const event = { type, index, ...(content ? { delta: { message: { content } } } : {}) };
    return `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
  };
  const said = [
    told('content-start', { type: 'text', text: '' }),
    told('content-delta', { text }),
    told('content-end'),
  ].join('');
  return events.map(({ event }, i) => ({
    chunk: event,
    start: 0,
    end: event.bytes.length,
    text: i === 0 ? said : '',
  }));
}

/** The calls that stay move up, so that indices have no holes. */
const moveUp = ({ events }: StreamedCall, gone: number): Splice[] =>
  events.flatMap(({ doc }) => {
    const index = numberMember(doc, 0, 'index')!;
    return index < gone ? [] : replaceNode(doc, member(doc, 0, 'index')!, String(index - gone));
  });

/** The app is not asked for results any more. */
function complete(doc: Doc, node: Node | undefined): Splice[] {
  if (node === undefined || stringMember(doc, node, 'finish_reason') !== 'TOOL_CALL') return [];
  return replaceNode(doc, member(doc, node, 'finish_reason')!, '"COMPLETE"');
}

/** What is said instead of each call. */
function textsByPath(refused: readonly RefusedCall[]): Map<string, string> {
  const texts = new Map<string, Set<string>>();
  for (const { unit, text } of refused) {
    const { path } = unit.origin as CallOrigin;
    texts.set(path, (texts.get(path) ?? new Set()).add(text));
  }
  return new Map([...texts].map(([path, own]) => [path, [...own].join('\n\n')]));
}

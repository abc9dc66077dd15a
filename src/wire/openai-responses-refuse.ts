/** Taking refused calls out of Responses: a message stands in the place of each, told as OpenAI tells a message. */
import type { CallOrigin } from './calls.ts';
import type { RefusedCall } from './codec.ts';
import type { Splice } from './edit.ts';
import {
  ARRAY,
  type Doc,
  elements,
  kindOf,
  member,
  members,
  type Node,
  NUMBER,
  numberMember,
  OBJECT,
  stringMember,
} from './json.ts';
import { replaceNode } from './rewrite.ts';
import type { StreamEvent } from './sse.ts';

/** A message that stands in the place of the item at `path`. */
interface Standin {
  readonly path: string;
  readonly id: string;
  readonly callId: string | undefined;
  readonly text: string;
}

/** An event that was read, and the index of the item that it speaks of. */
export interface Told {
  readonly event: StreamEvent;
  readonly doc: Doc;
  readonly item: number | undefined;
}

/** An item, and the path that it has in the body. */
interface Item {
  readonly path: string;
  readonly doc: Doc;
  readonly node: Node;
}

export function refuseItems(doc: Doc, refused: readonly RefusedCall[]): Splice[] {
  const calls = standins(refused);
  return replaceItems(doc, 0, [...calls, ...resultsOf(calls, itemsBeside(doc, 0, calls))]);
}

/** All items of the lists in which calls are refused. */
function itemsBeside(doc: Doc, root: Node, standins: readonly Standin[]): Item[] {
  const lists = new Set(standins.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
  return [...lists].flatMap((list) => itemsAt(doc, root, list));
}

const itemsAt = (doc: Doc, root: Node, list: string): Item[] =>
  nodesAt(doc, root, stepsOf(list)).flatMap((node) =>
    kindOf(doc, node) === ARRAY
      ? elements(doc, node).map((each, i) => ({ path: `${list}/${i}`, doc, node: each }))
      : [],
  );

const stepsOf = (path: string): string[] => path.split('/').slice(1);

/** What came of a refused call (where the provider ran it) goes with it. */
function resultsOf(calls: readonly Standin[], items: readonly Item[]): Standin[] {
  const found = new Map<string, Standin>();
  const byId = new Map(calls.toReversed().map((call) => [call.callId, call]));
  for (const { path, doc, node } of items) {
    const callId = stringMember(doc, node, 'call_id');
    const call = callId === undefined ? undefined : byId.get(callId);
    if (call && stringMember(doc, node, 'type')?.endsWith('_output'))
      found.set(path, { ...call, path, id: `${call.id}_output` });
  }
  return [...found.values()];
}

function standins(refused: readonly RefusedCall[]): Standin[] {
  const byPath = new Map<string, Standin>();
  for (const { unit, text } of refused) {
    const { path } = unit.origin as CallOrigin;
    const known = byPath.get(path);
    if (!known) byPath.set(path, { path, id: messageId(unit.callId ?? path), callId: unit.callId, text });
    else if (known.text !== text) byPath.set(path, { ...known, text: `${known.text}\n\n${text}` });
  }
  return [...byPath.values()];
}

/** The same for every telling of the same call. */
const messageId = (callId: string): string =>
  `msg_${callId.replace(/^[a-z]+_/, '').replace(/[^\w-]/g, '_')}`.slice(0, 56);

function replaceItems(doc: Doc, root: Node, standins: readonly Standin[]): Splice[] {
  const nodes = new Map<string, Node[]>();
  for (const { path, node } of itemsBeside(doc, root, standins))
    nodes.set(path, [...(nodes.get(path) ?? []), node]);
  return standins.flatMap((standin) => {
    const json = JSON.stringify(messageOf(standin, 'completed'));
    const found = nodes.get(standin.path) ?? nodesAt(doc, root, stepsOf(standin.path));
    return found.flatMap((node) => replaceNode(doc, node, json));
  });
}

/** Everything that stands at a path: a key may be said twice. */
function nodesAt(doc: Doc, node: Node, [step, ...rest]: readonly string[]): Node[] {
  if (step === undefined) return [node];
  const kind = kindOf(doc, node);
  const below =
    kind === ARRAY
      ? elements(doc, node).filter((_, i) => String(i) === step)
      : kind === OBJECT
        ? members(doc, node).flatMap(({ key, value }) => (key === step ? [value] : []))
        : [];
  return below.flatMap((each) => nodesAt(doc, each, rest));
}

const messageOf = ({ id, text }: Standin, status: 'completed' | 'in_progress') => ({
  id,
  type: 'message',
  status,
  role: 'assistant',
  content: status === 'completed' ? [partOf(text)] : [],
});

const partOf = (text: string) => ({ type: 'output_text', text, annotations: [] });

/** The first event of a refused call becomes the events of a message, its other events go; the rest count on. */
export function refuseInStream(told: readonly Told[], refused: readonly RefusedCall[]): Splice[] {
  const calls = standins(refused);
  const all = [...calls, ...resultsOf(calls, told.flatMap(itemsOf))];
  const waiting = new Map(all.map((standin) => [standin.path, standin]));
  const gone = new Set(waiting.keys());
  const splices: Splice[] = [];
  let shift = 0;
  for (const { event, doc, item } of told) {
    const counted = numberMember(doc, 0, 'sequence_number');
    const path = `/output/${item}`;
    if (gone.has(path)) {
      const standin = waiting.get(path);
      waiting.delete(path);
      const spoken = standin ? eventsOf(standin, item!) : [];
      const text = spoken.map((each, i) =>
        block(event, each, counted === undefined ? undefined : counted + shift + i),
      );
      splices.push({ chunk: event, start: 0, end: event.bytes.length, text: text.join('') });
      if (counted !== undefined) shift += spoken.length - 1;
      continue;
    }
    if (counted !== undefined && shift !== 0) splices.push(...count(doc, counted + shift));
    const response = member(doc, 0, 'response');
    if (response !== undefined) splices.push(...replaceItems(doc, response, all));
  }
  return splices;
}

/** Items that an event tells. */
function itemsOf({ doc, item }: Told): Item[] {
  const node = member(doc, 0, 'item');
  if (node !== undefined && item !== undefined) return [{ path: `/output/${item}`, doc, node }];
  const response = member(doc, 0, 'response');
  return response === undefined ? [] : itemsAt(doc, response, '/output');
}

function count(doc: Doc, value: number): Splice[] {
  return members(doc, 0).flatMap((each) =>
    each.key === 'sequence_number' && kindOf(doc, each.value) === NUMBER
      ? replaceNode(doc, each.value, String(value))
      : [],
  );
}

interface Said {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** How OpenAI tells a message of one part, one event each. */
function eventsOf(standin: Standin, output_index: number): Said[] {
  const { id: item_id, text } = standin;
  const place = { item_id, output_index, content_index: 0 };
  return [
    { type: 'response.output_item.added', output_index, item: messageOf(standin, 'in_progress') },
    { type: 'response.content_part.added', ...place, part: partOf('') },
    { type: 'response.output_text.delta', ...place, delta: text, logprobs: [] },
    { type: 'response.output_text.done', ...place, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part: partOf(text) },
    { type: 'response.output_item.done', output_index, item: messageOf(standin, 'completed') },
  ];
}

/** An event block, named where the provider names its own. */
function block(
  { name }: StreamEvent,
  event: { readonly type: string },
  sequence: number | undefined,
): string {
  const data = { ...event, ...(sequence === undefined ? {} : { sequence_number: sequence }) };
  return `${name === '' ? '' : `event: ${event.type}\n`}data: ${JSON.stringify(data)}\n\n`;
}

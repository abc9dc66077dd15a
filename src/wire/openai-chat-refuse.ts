/** Taking refused calls out of Chat Completions: the refusal's text stands where the choice ends, streamed or not. */
import type { CallOrigin } from './calls.ts';
import type { RefusedCall } from './codec.ts';
import { editDoc, type Splice } from './edit.ts';
import { encodeString } from './escape.ts';
import {
  ARRAY,
  type Doc,
  elements,
  endOf,
  jsonValue,
  kindOf,
  member,
  members,
  type Node,
  NULL,
  NUMBER,
  numberMember,
  OBJECT,
  STRING,
  stringOf,
} from './json.ts';
import { addMember, replaceNode, without } from './rewrite.ts';

/** One choice in one document: the whole answer, or one chunk. */
interface Place {
  readonly doc: Doc;
  readonly choice: Node;
  /** The message or its delta; the last chunk of some servers has none. */
  readonly body: Node | undefined;
}

type Spoken = Place & { readonly body: Node };

/** What leaves one choice. */
interface Leaving {
  readonly texts: Map<string, string>;
  readonly nodes: Map<Doc, Set<Node>>;
}

export function refuseChatCalls(
  refused: readonly RefusedCall[],
  docs: readonly Doc[],
  body: 'message' | 'delta',
): Splice[] {
  const places = placesByChoice(docs, body);
  return [...leavingByChoice(refused)].flatMap(([index, leaving]) =>
    refuseInChoice(places.get(index) ?? [], leaving),
  );
}

/** Calls to take out, by the choice's index (the path is `/choices/INDEX/message/…`). */
function leavingByChoice(refused: readonly RefusedCall[]): Map<number, Leaving> {
  const choices = new Map<number, Leaving>();
  for (const { unit, text } of refused) {
    const { path, spots } = unit.origin as CallOrigin;
    const index = Number(path.split('/')[2]);
    const leaving = choices.get(index) ?? { texts: new Map(), nodes: new Map() };
    choices.set(index, leaving);
    const before = leaving.texts.get(path);
    leaving.texts.set(path, before === undefined || before === text ? text : `${before}\n\n${text}`);
    for (const { doc, node } of spots) {
      const nodes = leaving.nodes.get(doc) ?? new Set();
      leaving.nodes.set(doc, nodes.add(node));
    }
  }
  return choices;
}

function placesByChoice(docs: readonly Doc[], body: string): Map<number, Place[]> {
  const places = new Map<number, Place[]>();
  for (const doc of docs) {
    const choices = member(doc, 0, 'choices');
    if (choices === undefined || kindOf(doc, choices) !== ARRAY) continue;
    elements(doc, choices).forEach((choice, i) => {
      const inner = member(doc, choice, body);
      const isObject = inner !== undefined && kindOf(doc, inner) === OBJECT;
      const index = numberMember(doc, choice, 'index') ?? i;
      const place = { doc, choice, body: isObject ? inner : undefined };
      const there = places.get(index);
      if (there) there.push(place);
      else places.set(index, [place]);
    });
  }
  return places;
}

function refuseInChoice(places: readonly Place[], leaving: Leaving): Splice[] {
  const spoken = places.filter((place): place is Spoken => place.body !== undefined);
  const last = spoken.findLast((place) => finishOf(place) !== undefined) ?? spoken.at(-1);
  if (!last) return [];
  const staying = spoken.flatMap((place) =>
    callsIn(place)
      .filter((call) => !leaving.nodes.get(place.doc)?.has(call))
      .map((call) => numberMember(place.doc, call, 'index')),
  );
  const left = [...leaving.nodes].flatMap(([doc, calls]) =>
    [...calls].map((call) => numberMember(doc, call, 'index') ?? 0),
  );
  const gone = [...new Set(left)].filter((index) => !staying.includes(index));
  const before = spoken.some((place) => contentOf(place) !== '') ? '\n\n' : '';
  const text = before + [...leaving.texts.values()].join('\n\n');
  return [
    ...spoken.flatMap((place) => {
      const nodes = leaving.nodes.get(place.doc) ?? new Set();
      return takeOut(place, nodes, gone, place === last ? text : undefined);
    }),
    ...(staying.length > 0 ? [] : places.flatMap(stop)),
  ];
}

/** The app is not asked for results any more. */
function stop(place: Place): Splice[] {
  const finish = finishOf(place);
  const asks = finish !== undefined && ['tool_calls', 'function_call'].includes(stringOf(place.doc, finish));
  return asks ? replaceNode(place.doc, finish, '"stop"') : [];
}

function finishOf({ doc, choice }: Place): Node | undefined {
  const finish = member(doc, choice, 'finish_reason');
  return finish !== undefined && kindOf(doc, finish) === STRING ? finish : undefined;
}

function contentOf({ doc, body }: Spoken): string {
  const content = member(doc, body, 'content');
  return content !== undefined && kindOf(doc, content) === STRING ? stringOf(doc, content) : '';
}

function callsIn({ doc, body }: Spoken): Node[] {
  const calls = member(doc, body, 'tool_calls');
  const legacy = member(doc, body, 'function_call');
  const listed = calls !== undefined && kindOf(doc, calls) === ARRAY ? elements(doc, calls) : [];
  return legacy !== undefined && kindOf(doc, legacy) !== NULL ? [...listed, legacy] : listed;
}

/** One place without its refused calls; the calls that stay move up, so that indices have no holes. */
function takeOut(
  place: Spoken,
  nodes: ReadonlySet<Node>,
  gone: readonly number[],
  text: string | undefined,
): Splice[] {
  const { doc, body } = place;
  const dropped = new Set<Node>();
  const splices: Splice[] = [];
  const calls = member(doc, body, 'tool_calls');
  if (calls !== undefined && kindOf(doc, calls) === ARRAY) {
    const listed = elements(doc, calls);
    const staying = listed.filter((call) => !nodes.has(call));
    if (staying.length === 0 && listed.length > 0) dropped.add(calls);
    else splices.push(...without(doc, calls, nodes), ...staying.flatMap((call) => moveUp(doc, call, gone)));
  }
  const legacy = member(doc, body, 'function_call');
  if (legacy !== undefined && nodes.has(legacy)) dropped.add(legacy);
  splices.push(...without(doc, body, dropped));
  return text === undefined ? splices : [...splices, ...say(place, text, dropped)];
}

function moveUp(doc: Doc, call: Node, gone: readonly number[]): Splice[] {
  const index = member(doc, call, 'index');
  if (index === undefined || kindOf(doc, index) !== NUMBER) return [];
  const value = Number(jsonValue(doc, index));
  const before = gone.filter((each) => each < value).length;
  return before > 0 ? replaceNode(doc, index, String(value - before)) : [];
}

/** Adds the text to the content, whatever form that has. */
function say({ doc, body }: Spoken, text: string, dropped: ReadonlySet<Node>): Splice[] {
  const content = member(doc, body, 'content');
  if (content === undefined) {
    const emptied = dropped.size > 0 && dropped.size === members(doc, body).length;
    return addMember(doc, body, 'content', JSON.stringify(text), emptied);
  }
  const end = endOf(doc, content) - 1;
  if (kindOf(doc, content) === STRING) return editDoc(doc, end, end, encodeString(text));
  if (kindOf(doc, content) !== ARRAY) return replaceNode(doc, content, JSON.stringify(text));
  const part = JSON.stringify({ type: 'text', text: text.trimStart() });
  return editDoc(doc, end, end, elements(doc, content).length > 0 ? `,${part}` : part);
}

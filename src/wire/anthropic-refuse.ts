/** Taking refused calls out of an Anthropic answer: a text block stands in the place of each, streamed or not. */
import type { CallOrigin } from './calls.ts';
import type { RefusedCall } from './codec.ts';
import type { Splice } from './edit.ts';
import {
  ARRAY,
  type Doc,
  elements,
  kindOf,
  member,
  type Node,
  STRING,
  stringMember,
  stringOf,
} from './json.ts';
import { replaceNode, without } from './rewrite.ts';
import type { StreamEvent } from './sse.ts';

/** One content block of an answer. */
export interface Block {
  /** Its path in the body. */
  readonly path: string;
  readonly doc: Doc;
  readonly node: Node;
  /** The events by which it came, where it came by events of its own. */
  readonly events?: { readonly start: StreamEvent; readonly deltas: readonly StreamEvent[] };
  /** Where it came with the message's first event: that, and the blocks it holds. */
  readonly early?: { readonly event: StreamEvent; readonly content: Node };
}

/** The blocks of a message that stands in one document; `event` is a stream's first. */
export function blocksOf(doc: Doc, message: Node, event?: StreamEvent): Block[] {
  const content = member(doc, message, 'content');
  if (content === undefined || kindOf(doc, content) !== ARRAY) return [];
  return elements(doc, content).map((node, i) => ({
    path: `/content/${i}`,
    doc,
    node,
    ...(event ? { early: { event, content } } : {}),
  }));
}

/** `ends` are the places that may name the stop reason. */
export function refuseBlocks(
  refused: readonly RefusedCall[],
  blocks: readonly Block[],
  ends: readonly { readonly doc: Doc; readonly node: Node }[],
): Splice[] {
  const texts = textsByBlock(refused, blocks);
  const waits = blocks.some((block) => !texts.has(block) && typeOf(block) === 'tool_use');
  return [
    ...[...texts].flatMap(([block, own]) => (block.early ? [] : replaceBlock(block, joined(own)))),
    ...replaceEarly(
      blocks.filter(({ early }) => early),
      texts,
    ),
    ...(waits ? [] : ends.flatMap(({ doc, node }) => endTurn(doc, node))),
  ];
}

const typeOf = ({ doc, node }: Block): string | undefined => stringMember(doc, node, 'type');

/** Texts by the block whose place they take. What a refused call gave at the provider goes with it. */
function textsByBlock(
  refused: readonly RefusedCall[],
  blocks: readonly Block[],
): Map<Block, ReadonlySet<string>> {
  const byPath = new Map<string, Set<string>>();
  const byCall = new Map<string, Set<string>>();
  const say = (map: typeof byPath, key: string, text: string) =>
    map.set(key, (map.get(key) ?? new Set()).add(text));
  for (const { unit, text } of refused) {
    say(byPath, (unit.origin as CallOrigin).path, text);
    if (unit.remote && unit.callId !== undefined) say(byCall, unit.callId, text);
  }
  const textsOf = ({ path, doc, node }: Block): string[] => [
    ...(byPath.get(path) ?? []),
    ...(byCall.get(stringMember(doc, node, 'tool_use_id') ?? '') ?? []),
  ];
  const texts = blocks.map((block) => [block, new Set(textsOf(block))] as const);
  return new Map(texts.filter(([, own]) => own.size > 0));
}

const joined = (texts: ReadonlySet<string>): string => [...texts].join('\n\n');

const textBlock = (text: string): string => JSON.stringify({ type: 'text', text });

/** Streamed, the block begins empty and has one delta: readers do not look for text where a block begins. */
function replaceBlock({ path, doc, node, events }: Block, text: string): Splice[] {
  if (!events) return replaceNode(doc, node, textBlock(text));
  const { start, deltas } = events;
  const index = Number(path.split('/')[2]);
  return [
    ...replaceNode(doc, node, textBlock('')),
    after(start, [textDelta(index, text)]),
    ...deltas.map((event) => ({ chunk: event, start: 0, end: event.bytes.length, text: '' })),
  ];
}

/** Readers expect nothing but calls in the first event: texts follow it as blocks of their own, behind the calls that stay. */
function replaceEarly(blocks: readonly Block[], texts: ReadonlyMap<Block, ReadonlySet<string>>): Splice[] {
  const gone = blocks.filter((block) => texts.has(block));
  const [first] = gone;
  if (!first?.early) return [];
  const { event, content } = first.early;
  const kept = blocks.length - gone.length;
  const told = gone.flatMap((block, i) => {
    const index = kept + i;
    return [
      { type: 'content_block_start', index, content_block: { type: 'text', text: '' } },
      textDelta(index, joined(texts.get(block)!)),
      { type: 'content_block_stop', index },
    ];
  });
  return [...without(first.doc, content, new Set(gone.map(({ node }) => node))), after(event, told)];
}

const textDelta = (index: number, text: string) => ({
  type: 'content_block_delta',
  index,
  delta: { type: 'text_delta', text },
});

/** More events behind one, with names where it has one. */
function after(event: StreamEvent, told: readonly { readonly type: string }[]): Splice {
  const end = event.bytes.length;
  const nameOf = (type: string): string => (event.name === '' ? '' : `event: ${type}\n`);
  const text = told.map((each) => `${nameOf(each.type)}data: ${JSON.stringify(each)}\n\n`).join('');
  return { chunk: event, start: end, end, text };
}

/** The app is not asked for results any more. */
function endTurn(doc: Doc, node: Node): Splice[] {
  const reason = member(doc, node, 'stop_reason');
  const asks = reason !== undefined && kindOf(doc, reason) === STRING && stringOf(doc, reason) === 'tool_use';
  return asks ? replaceNode(doc, reason, '"end_turn"') : [];
}

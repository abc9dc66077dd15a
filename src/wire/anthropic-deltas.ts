/** What a delta of an Anthropic stream adds to its block. */
import { citation, headOf } from './anthropic-blocks.ts';
import type { Block } from './anthropic-refuse.ts';
import type { Collector } from './collector.ts';
import { ARRAY, elements, kindOf, member, members, NULL, OBJECT, stringMember } from './json.ts';
import { isSigned } from './sealed.ts';
import { all, by, elsewhere, object, type Shape, sealed, signable, signed, skip, text } from './shape.ts';
import type { Spot } from './spot.ts';
import type { StreamEvent } from './sse.ts';

/** A block that streams, or has streamed. */
export interface Streamed extends Block {
  readonly events: { readonly start: StreamEvent; readonly deltas: StreamEvent[] };
  open: boolean;
  citations: number;
}

export function streamed(block: Block, start: StreamEvent): Streamed {
  const { doc, node } = block;
  const cited = member(doc, node, 'citations');
  const citations = cited !== undefined && kindOf(doc, cited) === ARRAY ? elements(doc, cited).length : 0;
  return { ...block, events: { start, deltas: [] }, open: true, citations };
}

/** Reads a delta, which stands at its block's path. False where it contradicts the block. */
export function addDelta(block: Streamed, spot: Spot, to: Collector): boolean {
  const type = stringMember(spot.doc, spot.node, 'type') ?? '';
  if (type === 'input_json_delta' && !fits(block, spot)) return false;
  delta(spot, to);
  if (Object.hasOwn(PARTS, type)) PARTS[type]!(block, spot, to);
  return true;
}

/** A block that began with an input takes no other one in pieces. */
function fits({ doc, node }: Block, piece: Spot): boolean {
  const added = stringMember(piece.doc, piece.node, 'partial_json');
  if (added === undefined || added === '') return added === '';
  const input = member(doc, node, 'input');
  if (input === undefined || kindOf(doc, input) === NULL) return true;
  return kindOf(doc, input) === OBJECT && members(doc, input).length === 0;
}

/** Kinds that no reference names yet are text. */
const delta: Shape = by(
  'type',
  {
    thinking_delta: object({ ...all(['type', 'estimated_tokens'], skip), thinking: signable }),
    signature_delta: object({ type: skip, signature: sealed }),
    citations_delta: object({ type: skip, citation: elsewhere }),
    compaction_delta: object({ type: skip, content: elsewhere, encrypted_content: sealed }),
    input_json_delta: object({ type: skip, partial_json: elsewhere }),
  },
  object({ type: skip, text }),
);

/** Members that stand elsewhere in the body, or that are what their block says. */
const PARTS: Readonly<Record<string, (block: Streamed, spot: Spot, to: Collector) => void>> = {
  signature_delta(_block, spot, to) {
    if (isSigned(spot)) to.seal(`${spot.path}/thinking`);
  },
  citations_delta(block, spot, to) {
    const cited = within(spot, 'citation', `citations/${block.citations}`);
    if (cited) citation(cited, to);
    block.citations++;
  },
  compaction_delta(block, spot, to) {
    const content = within(spot, 'content');
    if (content) (isSigned(block) ? signed : signable)(content, to);
  },
  /** An empty piece adds nothing: the input that the block began with holds. What has a name and takes an input is a call. */
  input_json_delta(block, spot, to) {
    const input = within(spot, 'partial_json', 'input');
    if (!input || stringMember(spot.doc, spot.node, 'partial_json') === '') return;
    const begun = to.callAt(spot.path);
    const head = begun ? { spot: input, path: spot.path } : headOf(block, false);
    if (begun || head.name !== undefined) to.call(head, input);
    else to.text(input);
  },
};

/** A member of a delta, under the name that it has in the block. */
function within({ doc, node, path }: Spot, name: string, place = name): Spot | undefined {
  const found = member(doc, node, name);
  return found === undefined ? undefined : { doc, node: found, path: `${path}/${place}`, key: place };
}

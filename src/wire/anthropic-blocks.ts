/** Content blocks of Anthropic Messages, as they stand in requests and in answers, and the answer around them. */
import { mcpTools, tool } from './anthropic-tools.ts';
import type { CallHead } from './calls.ts';
import { member, members as membersOf, stringMember } from './json.ts';
import { isSigned } from './sealed.ts';
import {
  all,
  by,
  each,
  elsewhere,
  mediaUrl,
  object,
  partKind,
  type Shape,
  sealed,
  signed,
  skip,
  text,
} from './shape.ts';
import type { Spot } from './spot.ts';

/** Enumerations, ids and settings of any block. */
const NAMES = {
  ...all(['type', 'cache_control', 'caller', 'media_type', 'file_type', 'is_error', 'error_code'], skip),
  ...all(['id', 'file_id', 'tool_use_id', 'tool_name', 'toolset_name', 'server_name'], skip),
  ...all(['return_code', 'is_file_update', 'num_lines', 'start_line', 'total_lines'], skip),
  ...all(['old_start', 'old_lines', 'new_start', 'new_lines'], skip),
};

/** Somebody's words. */
const words: Shape = (spot, to) => unknown(spot, to);
const WORDS = {
  ...all(['text', 'title', 'context', 'content', 'url', 'page_age', 'retrieved_at', 'cited_text'], words),
  ...all(['document_title', 'stdout', 'stderr', 'lines', 'error_message'], words),
};

/** Opaque words of the provider to itself. */
const SEALED = all(['signature', 'encrypted_content', 'encrypted_index', 'encrypted_stdout'], sealed);

/** A source of media is opaque, but for text and blocks that are given as a document. */
const source: Shape = (spot, to) => sources(spot, to);

const members = (shapes: Readonly<Record<string, Shape>>): Shape =>
  object({ ...NAMES, ...WORDS, ...SEALED, source, ...shapes }, unknown);

/** What no reference names yet: all of it text, but for what is opaque everywhere. */
const unknown: Shape = each((spot, to) => loose(spot, to));
const loose = members({ type: partKind });

const blocks: Shape = each((spot, to) => block(spot, to));

const sources: Shape = by(
  'type',
  {
    base64: members({ data: sealed }),
    url: members({ url: mediaUrl }),
    content: members({ content: blocks }),
  },
  unknown,
);

export const citation = members({
  ...all(['document_index', 'start_char_index', 'end_char_index', 'start_page_number'], skip),
  ...all(['end_page_number', 'start_block_index', 'end_block_index', 'search_result_index'], skip),
});

const callHead = members({ name: skip, input: elsewhere });

export function headOf({ doc, node, path }: Omit<Spot, 'key'>, remote: boolean): CallHead {
  const id = stringMember(doc, node, 'id') || undefined;
  return { spot: { doc, node, path, key: '' }, path, name: stringMember(doc, node, 'name'), id, remote };
}

/** A call; `remote` runs at the provider. In a stream its input may follow in pieces. */
const call =
  (remote: boolean): Shape =>
  (spot, to) => {
    const { doc, node, path } = spot;
    callHead(spot, to);
    const head = headOf(spot, remote);
    const inputs = membersOf(doc, node).filter(({ key }) => key === 'input');
    for (const { value } of inputs)
      to.call(head, { doc, node: value, path: `${path}/input`, key: 'input' }, 'object');
    if (inputs.length === 0) to.call(head);
  };

const resultBody = members({ content: blocks });

/** A result, of a call of the app or of one that ran at the provider. */
const result: Shape = (spot, to) => {
  const callId = stringMember(spot.doc, spot.node, 'tool_use_id');
  to.resultOf(to.names.get(callId ?? ''), callId, () => resultBody(spot, to));
};

/** A summary of what was left out; its signature, if it has one, covers it. */
const summary: Shape = (spot, to) => (isSigned(spot) ? signedSummary : plainSummary)(spot, to);

/** What a model thought; a stream says its signature after the text. */
const thought: Shape = (spot, to) => {
  if (isSigned(spot)) to.seal(`${spot.path}/thinking`);
  thinking(spot, to);
};
const thinking = members({ thinking: text });

const toolChange = members({
  tool: by(
    'type',
    { tool_definition: members({ definition: (spot, to) => tool(spot, to) }) },
    members({ name: skip }),
  ),
});

/** A kind that is not listed here: what answers a call is its result, what has a name and an input is a call. */
const unnamed: Shape = (spot, to) => {
  const { doc, node } = spot;
  const asks = stringMember(doc, node, 'name') !== undefined && member(doc, node, 'input') !== undefined;
  const answers = stringMember(doc, node, 'tool_use_id') !== undefined;
  (asks ? call(false) : answers ? result : unknown)(spot, to);
};

const tool_changes = each(toolChange);
const plainSummary = members({ content: text, tool_changes });
const signedSummary = members({ content: signed, tool_changes });

export const block: Shape = by(
  'type',
  {
    text: members({ citations: each(citation) }),
    image: members({ transformations: skip }),
    web_fetch_result: members({ content: (spot, to) => block(spot, to) }),
    tool_use: call(false),
    server_tool_use: call(true),
    mcp_tool_use: call(true),
    tool_result: result,
    mcp_tool_result: result,
    thinking: thought,
    redacted_thinking: members({ data: sealed }),
    compaction: summary,
    tool_addition: toolChange,
    tool_removal: toolChange,
    mcp_tool_listing: mcpTools,
    fallback: members(all(['from', 'to', 'trigger'], skip)),
  },
  unnamed,
);

/** How a message ends. */
export const ending: Readonly<Record<string, Shape>> = {
  ...all(['stop_reason', 'container'], skip),
  stop_sequence: text,
  stop_details: object({
    explanation: text,
    ...all(['type', 'category', 'recommended_model', 'fallback_has_prefill_claim'], skip),
    fallback_credit_token: sealed,
  }),
};

/** Members of an answer; of an error, too. */
export const answer: Shape = object({
  ...all(['id', 'type', 'role', 'model', 'usage', 'context_management', 'diagnostics'], skip),
  ...all(['input_transformations', 'input_tokens', 'request_id'], skip),
  ...ending,
  content: blocks,
  error: object({ type: skip, message: text }),
});

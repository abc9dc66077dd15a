/** Content blocks of Anthropic Messages, as they stand in requests and in answers, and the answer around them. */
import { mcpTools, tool } from './anthropic-tools.ts';
import type { Spot } from './collector.ts';
import { stringMember } from './json.ts';
import { all, by, each, mediaUrl, object, omit, type Shape, signed, skip, text } from './shape.ts';

/** Enumerations, ids and settings of any block. */
const NAMES = all(
  [
    ...['type', 'cache_control', 'id', 'file_id', 'media_type', 'is_error', 'error_code', 'caller'],
    ...[
      'tool_use_id',
      'tool_name',
      'toolset_name',
      'server_name',
      'return_code',
      'file_type',
      'is_file_update',
    ],
    ...['num_lines', 'start_line', 'total_lines', 'old_start', 'old_lines', 'new_start', 'new_lines'],
  ],
  skip,
);

/** Somebody's words. */
const WORDS = all(
  [
    ...['text', 'title', 'context', 'content', 'url', 'page_age', 'retrieved_at', 'cited_text'],
    ...['document_title', 'stdout', 'stderr', 'lines', 'error_message'],
  ],
  (spot, to) => unknown(spot, to),
);

/** Opaque words of the provider to itself. */
const SEALED = all(['signature', 'encrypted_content', 'encrypted_index', 'encrypted_stdout'], omit);

/** Media are opaque; text and blocks given as a document are not. */
const source: Shape = (spot, to) =>
  by(
    'type',
    {
      base64: members({ data: omit }),
      url: members({ url: mediaUrl }),
      content: members({ content: each(block) }),
    },
    unknown,
  )(spot, to);

const members = (shapes: Readonly<Record<string, Shape>>): Shape =>
  object({ ...NAMES, ...WORDS, ...SEALED, source, ...shapes }, unknown);

/** What no reference names yet: all of it text, but for what is opaque everywhere. */
const unknown: Shape = each((spot, to) => members({})(spot, to));

export const citation = members(
  all(
    [
      ...['document_index', 'start_char_index', 'end_char_index', 'start_page_number', 'end_page_number'],
      ...['start_block_index', 'end_block_index', 'search_result_index'],
    ],
    skip,
  ),
);

/** A call; `remote` runs at the provider. In a stream its input may follow in pieces. */
const call =
  (remote: boolean): Shape =>
  (spot, to) => {
    const { doc, node, path } = spot;
    const id = stringMember(doc, node, 'id') || undefined;
    const head = { spot, path, name: stringMember(doc, node, 'name'), id, remote };
    let heard = false;
    const input: Shape = (value) => {
      heard = true;
      to.call(head, value, 'object');
    };
    members({ name: skip, input })(spot, to);
    if (!heard) to.call(head);
  };

/** A result, of a call of the app or of one that ran at the provider. */
const result: Shape = (spot, to) => {
  const callId = stringMember(spot.doc, spot.node, 'tool_use_id');
  const name = to.names.get(callId ?? '');
  to.resultOf(name, callId, () => members({ content: each(block) })(spot, to));
};

/** A summary of what was left out; its signature, if it has one, covers it. */
export const summary = ({ doc, node }: Spot): Shape =>
  stringMember(doc, node, 'signature') === undefined ? text : signed;

const toolChange = members({
  tool: by(
    'type',
    { tool_definition: members({ definition: (spot, to) => tool(spot, to) }) },
    members({ name: skip }),
  ),
});

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
    web_search_tool_result: result,
    web_fetch_tool_result: result,
    code_execution_tool_result: result,
    bash_code_execution_tool_result: result,
    text_editor_code_execution_tool_result: result,
    tool_search_tool_result: result,
    advisor_tool_result: result,
    thinking: members({ thinking: signed }),
    redacted_thinking: members({ data: omit }),
    compaction: (spot, to) => members({ content: summary(spot), tool_changes: each(toolChange) })(spot, to),
    tool_addition: toolChange,
    tool_removal: toolChange,
    mcp_tool_listing: mcpTools,
    fallback: members(all(['from', 'to', 'trigger'], skip)),
  },
  unknown,
);

/** How a message ends. */
export const ending: Readonly<Record<string, Shape>> = {
  ...all(['stop_reason', 'container'], skip),
  stop_sequence: text,
  stop_details: object({
    explanation: text,
    ...all(['type', 'category', 'recommended_model', 'fallback_has_prefill_claim'], skip),
    fallback_credit_token: omit,
  }),
};

/** Members of an answer; of an error, too. */
export const answer: Shape = object({
  ...all(
    [
      ...['id', 'type', 'role', 'model', 'usage', 'context_management', 'diagnostics'],
      ...['input_transformations', 'input_tokens', 'request_id'],
    ],
    skip,
  ),
  ...ending,
  content: each(block),
  error: object({ type: skip, message: text }),
});

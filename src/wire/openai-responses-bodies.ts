/** Bodies of Responses (API reference: POST /v1/responses): the request, and the response that says much of it again. */
import { kindOf, members, OBJECT, stringMember } from './json.ts';
import { item, part } from './openai-responses-items.ts';
import { tools } from './openai-responses-tools.ts';
import { all, each, looseKey, object, type Shape, skip, text, turn } from './shape.ts';
import { schemaText } from './tools.ts';
import { pointer } from './units.ts';

/** Settings of a request, which its response says again. */
const SETTINGS = all(
  [
    'model',
    'stream',
    'stream_options',
    'temperature',
    'top_p',
    'top_logprobs',
    'max_output_tokens',
    'max_tool_calls',
    'parallel_tool_calls',
    'reasoning',
    'store',
    'background',
    'service_tier',
    'include',
    'truncation',
    'tool_choice',
    'previous_response_id',
    'conversation',
    'context_management',
    'prompt_cache_retention',
    'prompt_cache_options',
    'moderation',
  ],
  skip,
);

/** Values for a stored prompt: its author named them, the caller filled them. */
const variables: Shape = (spot, to) => {
  if (kindOf(spot.doc, spot.node) !== OBJECT) return to.text(spot);
  for (const { key, keyNode, value } of members(spot.doc, spot.node)) {
    looseKey(spot, key, keyNode, to);
    part({ ...spot, node: value, path: pointer(spot.path, key), key }, to);
  }
};

const TOLD = {
  ...SETTINGS,
  instructions: each(item),
  tools,
  ...all(['metadata', 'user', 'safety_identifier', 'prompt_cache_key', 'output_text'], text),
  prompt: object({ id: skip, version: skip, variables }),
  text: object({
    verbosity: skip,
    format: object({ ...all(['type', 'name', 'strict'], skip), description: text, schema: schemaText }),
  }),
};

export const request = object({ ...TOLD, input: each(turn(item)), items: each(turn(item)) });

export const error = object({ ...all(['code', 'type', 'param'], skip), message: text });

export const response = object({
  ...TOLD,
  ...all(['id', 'object', 'created_at', 'completed_at', 'status', 'incomplete_details', 'usage'], skip),
  ...all(['billing', 'tool_usage', 'frequency_penalty', 'presence_penalty', 'content_filters'], skip),
  ...all(['first_id', 'last_id', 'has_more', 'deleted', 'input_tokens'], skip),
  error,
  output: each(item),
  data: each(item),
});

/** A response, a list of items, or (from a conversation) one item alone. */
export const answer: Shape = (spot, to) => {
  const alone =
    stringMember(spot.doc, spot.node, 'object') === undefined &&
    stringMember(spot.doc, spot.node, 'type') !== undefined;
  (alone ? item : response)(spot, to);
};

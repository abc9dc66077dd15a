/** Anthropic Messages (API reference: POST /v1/messages and /v1/messages/count_tokens), whole and streamed. */
import { answer, block } from './anthropic-blocks.ts';
import { blocksOf, refuseBlocks } from './anthropic-refuse.ts';
import { MessageStream } from './anthropic-stream.ts';
import { mcpServer, tool } from './anthropic-tools.ts';
import { idOf, readAnswerBody, readRequestBody } from './body.ts';
import type { Codec, CodecOptions, Reading } from './codec.ts';
import { anthropicError, anthropicErrorEvent } from './errors.ts';
import { type Doc, member, stringMember } from './json.ts';
import { all, each, object, sealed, skip, text, turn } from './shape.ts';
import { schemaText } from './tools.ts';

const message = object({ ...all(['role', 'clear_at', 'output_config'], skip), content: each(block) });

const format = object({ type: skip, schema: schemaText });
const output = object({ ...all(['effort', 'task_budget'], skip), format });

/** What is done to a history that grows too long. */
const contextEdit = object({
  instructions: text,
  ...all(['type', 'trigger', 'keep', 'clear_at_least', 'clear_tool_inputs', 'exclude_tools'], skip),
  pause_after_compaction: skip,
});

const request = object({
  ...all(['model', 'max_tokens', 'stream', 'temperature', 'top_p', 'top_k', 'tool_choice', 'thinking'], skip),
  ...all(['service_tier', 'inference_geo', 'speed', 'cache_control', 'container', 'billing_policy'], skip),
  ...all(['diagnostics', 'thread', 'betas', 'user_profile_id', 'workspace_id'], skip),
  ...all(['anthropic_version', 'anthropic_beta'], skip),
  system: each(block),
  messages: each(turn(message)),
  tools: each(tool),
  mcp_servers: each(mcpServer),
  metadata: object({ user_id: text }),
  stop_sequences: each(text),
  output_config: output,
  output_format: format,
  context_management: object({ edits: each(contextEdit) }),
  compaction: object({ type: skip, instructions: text }),
  fallbacks: each(
    object({ ...all(['model', 'max_tokens', 'speed', 'thinking'], skip), output_config: output }),
  ),
  fallback_credit_token: sealed,
});

/** On Vertex the path names the model. */
const VERTEX = /\/models\/([^/:]+):\w+$/;

export const anthropic: Codec = {
  name: 'anthropic',
  provider: 'anthropic',

  readRequest(doc: Doc, options: CodecOptions): Reading {
    const reading = readRequestBody(doc, request, options);
    const thread = member(doc, 0, 'thread');
    const previous = thread === undefined ? undefined : stringMember(doc, thread, 'previous_message_id');
    const model = stringMember(doc, 0, 'model') ?? VERTEX.exec(options.path ?? '')?.[1] ?? '';
    return { ...reading, model, ...(previous === undefined ? {} : { previous, offered: undefined }) };
  },

  readAnswer: (doc, options) => ({ ...readAnswerBody(doc, answer, options), ...idOf(doc) }),

  refuseCalls: (doc, refused) => refuseBlocks(refused, blocksOf(doc, 0), [{ doc, node: 0 }]),
  openStream: (options) => new MessageStream(options),
  errorBody: anthropicError,
  errorEvent: anthropicErrorEvent,
};

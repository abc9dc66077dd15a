/** MCP over Streamable HTTP (specifications 2025-03-26 to 2026-07-28): JSON-RPC messages, alone, in batches, in events. */
import { FcgateError } from '../errors.ts';
import type { Asked, AskedById, Codec, Reading } from './codec.ts';
import { Collector } from './collector.ts';
import { mcpError } from './errors.ts';
import { ARRAY, type Doc, elements, kindOf, repeatsKey } from './json.ts';
import { refuseContradictions } from './mcp-headers.ts';
import { idOf, isRequest, readMessage, requestOf } from './mcp-messages.ts';
import { McpStream } from './mcp-stream.ts';
import type { Spot } from './spot.ts';

/** Arguments: each of their readings is governed. */
const VALUES = new Set(['arguments']);

const messagesOf = (doc: Doc): Spot[] =>
  kindOf(doc, 0) === ARRAY
    ? elements(doc, 0).map((node, i) => ({ doc, node, path: `/${i}`, key: '' }))
    : [{ doc, node: 0, path: '', key: '' }];

const askedBy = (messages: readonly Spot[]): AskedById =>
  new Map(messages.filter(isRequest).map((spot): [string, Asked] => [idOf(spot), requestOf(spot)]));

export const mcp: Codec = {
  name: 'mcp',
  provider: 'mcp',

  readRequest(doc, options): Reading {
    // Some servers hear the first, some the last.
    if (repeatsKey(doc, 0, VALUES)) throw new FcgateError('invalid_body', 'a message says a key twice');
    const to = new Collector({ side: 'request', ...options });
    const messages = messagesOf(doc);
    refuseContradictions(messages, options.headers ?? {});
    for (const message of messages) readMessage(message, to);
    const asked = askedBy(messages);
    const begins = [...asked.values()].some(({ method }) => method === 'initialize');
    return {
      model: '',
      stream: false,
      turns: [],
      offered: undefined,
      asked,
      ...(begins ? { begins } : {}),
      units: to.units(),
      omit: to.omitted,
    };
  },

  readAnswer(doc, { depth, asked }) {
    const to = new Collector({ side: 'answer', depth });
    for (const message of messagesOf(doc)) readMessage(message, to, asked);
    return { units: to.units(), omit: to.omitted };
  },

  /** A server's answer holds no calls. */
  refuseCalls: () => [],
  openStream: (options) => new McpStream(options),
  sessionOf: (headers) => headers['mcp-session-id'],
  errorBody: mcpError,
  errorEvent: (code, message, asked) => `event: message\ndata: ${mcpError(code, 403, message, asked)}\n\n`,
};

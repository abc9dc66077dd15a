/** Errors in each provider's own shape, so that its official SDK raises its ordinary typed error. */
import { httpStatus } from '../errors.ts';
import type { Code } from '../exchange.ts';
import type { AskedById } from './codec.ts';

/** OpenAI (API reference: Error codes); `code` is free, so ours goes there. */
export const openaiError = (code: Code, status: number, message: string): string =>
  JSON.stringify({ error: { message, type: openaiType(status), param: null, code } });

const openaiType = (status: number): string =>
  status === 401
    ? 'authentication_error'
    : status === 403
      ? 'permission_error'
      : status < 500
        ? 'invalid_request_error'
        : 'server_error';

/** Chat Completions: an event whose data has `error`. */
export const chatErrorEvent = (code: Code, message: string): string =>
  `data: ${openaiError(code, httpStatus[code], message)}\n\n`;

/** Responses: an event of that name; older SDKs raise what stands under `error`, newer ones the event itself. */
export function responsesErrorEvent(code: Code, message: string, sequence_number: number): string {
  const said = { code, message, param: null };
  const error = { type: openaiType(httpStatus[code]), ...said };
  return `event: error\ndata: ${JSON.stringify({ type: 'error', ...said, sequence_number, error })}\n\n`;
}

const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  415: 'invalid_request_error',
  504: 'timeout_error',
};

/** Anthropic (API reference: Errors). */
export const anthropicError = (_code: Code, status: number, message: string): string =>
  JSON.stringify({ type: 'error', error: { type: ANTHROPIC_TYPES[status] ?? 'api_error', message } });

/** Anthropic: an event of that name ends a stream. */
export const anthropicErrorEvent = (code: Code, message: string): string =>
  `event: error\ndata: ${anthropicError(code, httpStatus[code], message)}\n\n`;

const GOOGLE_STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  413: 'INVALID_ARGUMENT',
  415: 'INVALID_ARGUMENT',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** Google APIs (google.rpc.Status as JSON). */
export const googleError = (_code: Code, status: number, message: string): string =>
  JSON.stringify({ error: { code: status, message, status: GOOGLE_STATUSES[status] ?? 'INTERNAL' } });

/** Ollama: a text alone; its client prints nothing else. */
export const ollamaError = (_code: Code, _status: number, message: string): string =>
  JSON.stringify({ error: message });

/** Mistral; `code` is free, so ours goes there. */
export const mistralError = (code: Code, status: number, message: string): string =>
  JSON.stringify({ object: 'error', message, type: openaiType(status), param: null, code });

/** Mistral has no word for an error within a stream that its client would read: a choice ends with it. */
export function mistralErrorEvent(_code: Code, message: string): string {
  const choices = [{ index: 0, delta: { role: 'assistant', content: message }, finish_reason: 'error' }];
  const chunk = { id: 'fcgate', object: 'chat.completion.chunk', created: 0, model: '', choices };
  return `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`;
}

/** Cohere (API reference: Errors). */
export const cohereError = (_code: Code, _status: number, message: string): string =>
  JSON.stringify({ message });

/** Cohere: a message that ends with an error. */
export function cohereErrorEvent(_code: Code, message: string): string {
  const end = { type: 'message-end', delta: { finish_reason: 'ERROR', error: message } };
  return `event: message-end\ndata: ${JSON.stringify(end)}\n\ndata: [DONE]\n\n`;
}

/** JSON-RPC: an error for each message that waits for an answer, or one for nobody. */
export function mcpError(code: Code, status: number, message: string, asked?: AskedById): string {
  const error = JSON.stringify({ code: status === 400 ? -32600 : -32000, message, data: { code } });
  const told = [...(asked?.keys() ?? [])].map((id) => `{"jsonrpc":"2.0","id":${id},"error":${error}}`);
  if (told.length === 0) return `{"jsonrpc":"2.0","id":null,"error":${error}}`;
  return told.length === 1 ? told[0]! : `[${told}]`;
}

/** For bodies of no known provider. */
export const genericError = (code: Code, _status: number, message: string): string =>
  JSON.stringify({ error: { code, message } });

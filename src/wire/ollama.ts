/** Ollama's own API (API reference: POST /api/chat, /api/generate, /api/embed), whole and streamed. */
import { readAnswerBody, readRequestBody } from './body.ts';
import type { Codec } from './codec.ts';
import { ollamaError } from './errors.ts';
import { type Doc, FALSE, kindOf, member } from './json.ts';
import { answerOf, call, message } from './ollama-messages.ts';
import { refuseOllamaCalls } from './ollama-refuse.ts';
import { OllamaStream } from './ollama-stream.ts';
import { all, each, object, type Shape, sealed, skip, text, turn, vector } from './shape.ts';
import { offerTool, schemaText } from './tools.ts';

const tool: Shape = (spot, to) => {
  const body = member(spot.doc, spot.node, 'function');
  offerTool(spot, to, body === undefined ? spot : { ...spot, node: body });
};

const options = object({
  ...all(['num_ctx', 'num_batch', 'num_gpu', 'main_gpu', 'low_vram', 'vocab_only', 'use_mmap'], skip),
  ...all(['use_mlock', 'num_thread', 'num_keep', 'num_predict', 'repeat_last_n', 'temperature'], skip),
  ...all(['repeat_penalty', 'presence_penalty', 'frequency_penalty', 'penalize_newline', 'numa'], skip),
  ...all(['mirostat', 'mirostat_tau', 'mirostat_eta', 'seed', 'tfs_z', 'top_k', 'top_p', 'min_p'], skip),
  ...all(['typical_p', 'f16_kv', 'logits_all', 'think', 'draft_num_predict'], skip),
  stop: each(text),
});

const request = object({
  ...all(['model', 'stream', 'keep_alive', 'think', 'raw', 'logprobs', 'top_logprobs'], skip),
  ...all(['truncate', 'shift', 'dimensions', 'width', 'height', 'steps'], skip),
  messages: each(turn(message)),
  tools: each(tool),
  ...all(['prompt', 'suffix', 'system', 'template'], text),
  input: each(text),
  images: each(sealed),
  context: vector,
  format: schemaText,
  options,
});

const whole = answerOf(each(call));

/** Streamed unless told otherwise. */
function isStreamed(doc: Doc, path = ''): boolean {
  const stream = member(doc, 0, 'stream');
  return !path.includes('/embed') && (stream === undefined || kindOf(doc, stream) !== FALSE);
}

export const ollama: Codec = {
  name: 'ollama',
  provider: 'ollama',

  readRequest: (doc, settings) => ({
    ...readRequestBody(doc, request, settings),
    stream: isStreamed(doc, settings.path),
  }),

  readAnswer: (doc, settings) => readAnswerBody(doc, whole, settings),

  refuseCalls: (doc, refused) => refuseOllamaCalls([doc], refused),
  openStream: (settings) => new OllamaStream(settings),
  errorBody: ollamaError,
  errorEvent: (code, said) => `${ollamaError(code, 403, said)}\n`,
};

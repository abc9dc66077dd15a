/**
 * Which paths of a provider are governed, and by which codec; which are harmless; which cannot be inspected, and why; all
 * others are unlisted. Paths are compared exactly and as a whole: one that is spelled in any other way is unlisted.
 */
import type { Provider } from '../exchange.ts';
import { anthropic } from './anthropic.ts';
import type { Codec } from './codec.ts';
import { cohere } from './cohere.ts';
import { cohereEmbeddings } from './cohere-embeddings.ts';
import { gemini } from './gemini.ts';
import { otherOf, withErrorsOf } from './generic.ts';
import { mcp } from './mcp.ts';
import { mistral } from './mistral.ts';
import { ollama } from './ollama.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiResponses } from './openai-responses.ts';
import { vertexEmbeddings } from './vertex-embeddings.ts';

/** Governed by a codec, under another path than it came by. */
interface Moved {
  readonly codec: Codec;
  /** Missing at the front where a base URL ends early. */
  readonly lacks?: string;
  /** What it stands for. */
  readonly instead?: string;
}

/** Why it cannot be inspected. */
export interface Closed {
  readonly why: string;
}

/** What becomes of a path: governed by a codec, let through for it holds nobody's values, or refused. */
export type Fate = Codec | Moved | 'harmless' | Closed;

/** By methods and path, with the names below in braces; the first that fits holds. */
export type Table = Readonly<Record<string, Fate>>;

/** An id or a name: one segment without escapes, and no step upwards. */
const ID = '(?!\\.+(?:[/:]|$))[\\w.~@-]+';

export const NAMES: Readonly<Record<string, string>> = {
  id: ID,
  /** Where servers put the API: `/v1`, `/openai/v1`, `/api/v1`, `/openai/deployments/NAME` (Azure), or nothing. */
  api: `(?:/(?:v\\d\\w*|api|openai|inference|compatible-mode|paas|cortex|beta|deployments/${ID}))*`,
  /** A project's place on Vertex. */
  place: `/v1(?:beta1)?/projects/${ID}/locations/${ID}`,
  google: `(?:/v1(?:alpha|beta)?|/v1(?:beta1)?/projects/${ID}/locations/${ID}/publishers/google|/v1(?:beta1)?/publishers/google)`,
  models: '(?:models|tunedModels)',
  content: '(?:generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)',
  predict: '(?:rawPredict|streamRawPredict)',
  /** `/v1` or `/v1beta`. */
  v1: '/v1(?:beta)?',
  /** Anything below, and the path itself. */
  rest: '(?:/.*)?',
  any: '.*',
  name: '[^/]+',
  bedrock: '(?:converse|converse-stream|invoke|invoke-with-response-stream|count-tokens)',
};

const files = { why: 'files come in forms that cannot be inspected' };
const media = { why: 'nothing can be found in sounds and pictures' };
const batches = { why: 'batches are made of files, and answered where no conversation is at hand' };
const kept = { why: 'what is kept at the provider is called and answered out of sight' };
const sockets = { why: 'it is spoken over WebSockets or WebRTC, which cannot be inspected' };
const training = { why: 'it trains on files, which cannot be inspected' };
const signed = {
  why: "Bedrock's signed requests and binary events cannot be edited; use a provider's HTTP API that speaks JSON",
};

const openai: Table = {
  'POST {api}/chat/completions': openaiChat,
  'POST {api}/responses': openaiResponses,
  'GET DELETE {api}/responses/{id}': openaiResponses,
  'POST {api}/responses/{id}/cancel': openaiResponses,
  'GET {api}/responses/{id}/input_items': openaiResponses,
  'POST {api}/responses/input_tokens': openaiResponses,
  'POST {api}/responses/compact': openaiResponses,
  'POST {api}/embeddings': openaiEmbeddings,
  'POST {api}/completions': openaiCompletions,
  'POST {api}/moderations': otherOf(openaiChat),
  'GET {api}/models': 'harmless',
  'GET {api}/models/{id}': 'harmless',
  'GET {api}/models/{id}/{id}': 'harmless',
  '* {api}/batches{rest}': batches,
  '* {api}/files{rest}': files,
  '* {api}/uploads{rest}': files,
  '* {api}/containers{rest}': files,
  '* {api}/vector_stores{rest}': files,
  '* {api}/audio{rest}': media,
  '* {api}/images{rest}': media,
  '* {api}/videos{rest}': media,
  '* {api}/fine_tuning{rest}': training,
  '* {api}/evals{rest}': training,
  '* {api}/assistants{rest}': kept,
  '* {api}/threads{rest}': kept,
  '* {api}/conversations{rest}': kept,
  '* {api}/realtime{rest}': sockets,
};

const raw: Table = {
  'POST {place}/publishers/anthropic/models/{id}:{predict}': anthropic,
  'POST {place}/publishers/mistralai/models/{id}:{predict}': mistral,
};

const claude: Table = {
  'POST /v1/messages': anthropic,
  'POST /v1/messages/count_tokens': anthropic,
  'POST /anthropic/v1/messages': anthropic,
  'POST /anthropic/v1/messages/count_tokens': anthropic,
  'POST /messages': { codec: anthropic, lacks: '/v1' },
  'POST /messages/count_tokens': { codec: anthropic, lacks: '/v1' },
  ...raw,
  'GET /v1/models': 'harmless',
  'GET /v1/models/{id}': 'harmless',
  'GET /models': 'harmless',
  'GET /models/{id}': 'harmless',
  '* /v1/messages/batches{rest}': batches,
  '* /v1/files{rest}': files,
  '* /v1/skills{rest}': files,
  '* /v1/agents{rest}': kept,
  '* /v1/sessions{rest}': kept,
};

const google: Table = {
  'POST {google}/{models}/{id}:{content}': gemini,
  'POST /models/{id}:{content}': { codec: gemini, lacks: '/v1beta' },
  'POST {place}/endpoints/{id}:{content}': gemini,
  'POST {v1}/openai/chat/completions': openaiChat,
  'POST {place}/endpoints/{id}/chat/completions': openaiChat,
  'POST {v1}/openai/embeddings': openaiEmbeddings,
  ...raw,
  'GET {google}/models': 'harmless',
  'GET {google}/models/{id}': 'harmless',
  'GET {v1}/openai/models': 'harmless',
  'GET {v1}/openai/models/{id}': 'harmless',
  'POST {google}/{models}/{id}:batchGenerateContent': batches,
  '* {google}/batches{rest}': batches,
  '* {google}/cachedContents{rest}': kept,
  '* {google}/interactions{rest}': kept,
  '* {google}/files{rest}': files,
  '* /upload{rest}': files,
  'POST {google}/models/{id}:predict': vertexEmbeddings,
  'POST {google}/models/{id}:predictLongRunning': media,
  '* /ws{rest}': sockets,
};

const mistralai: Table = {
  'POST /v1/chat/completions': mistral,
  'POST /v1/fim/completions': mistral,
  'POST /v1/agents/completions': mistral,
  ...raw,
  'POST /v1/embeddings': withErrorsOf(openaiEmbeddings, mistral),
  'POST /v1/moderations': otherOf(mistral),
  'POST /v1/chat/moderations': otherOf(mistral),
  'POST /v1/classifications': otherOf(mistral),
  'POST /v1/chat/classifications': otherOf(mistral),
  'GET /v1/models': 'harmless',
  'GET /v1/models/{id}': 'harmless',
  '* /v1/batch{rest}': batches,
  '* /v1/files{rest}': files,
  '* /v1/libraries{rest}': files,
  '* /v1/ocr{rest}': media,
  '* /v1/audio{rest}': media,
  '* /v1/fine_tuning{rest}': training,
  '* /v1/agents{rest}': kept,
  '* /v1/conversations{rest}': kept,
};

const cohereai: Table = {
  'POST /v2/chat': cohere,
  'POST /v2/embed': cohereEmbeddings,
  'POST /v1/embed': cohereEmbeddings,
  'POST /v2/rerank': otherOf(cohere),
  'POST /v1/rerank': otherOf(cohere),
  'POST /v1/tokenize': otherOf(cohere),
  'POST /v1/detokenize': otherOf(cohere),
  'POST /compatibility/v1/chat/completions': openaiChat,
  'POST /compatibility/v1/embeddings': openaiEmbeddings,
  'GET /v1/models': 'harmless',
  'GET /v1/models/{id}': 'harmless',
  '* /v1/chat{rest}': { why: 'version 1 tells calls in another form; use /v2/chat' },
  '* /v1/embed-jobs{rest}': batches,
  '* /v1/datasets{rest}': files,
  '* /v1/finetuning{rest}': training,
  '* /v2/audio{rest}': media,
};

const ollamaServer: Table = {
  'POST /api/chat': ollama,
  'POST /api/generate': ollama,
  'POST /api/embed': ollama,
  'POST /api/embeddings': ollama,
  'POST /v1/chat/completions': openaiChat,
  'POST /v1/responses': openaiResponses,
  'POST /v1/messages': anthropic,
  'POST /v1/completions': openaiCompletions,
  'POST /v1/embeddings': openaiEmbeddings,
  'GET /': 'harmless',
  'HEAD /': 'harmless',
  'GET /api/tags': 'harmless',
  'GET /api/ps': 'harmless',
  'GET /api/version': 'harmless',
  'POST /api/show': 'harmless',
  'GET /v1/models': 'harmless',
  'GET /v1/models/{id}': 'harmless',
  '* /api/blobs{rest}': files,
  '* /v1/images{rest}': media,
};

/** The endpoint is the target itself, or a path below it. */
const mcpServer: Table = {
  'POST GET DELETE /': { codec: mcp, instead: '' },
  'POST GET DELETE {rest}': mcp,
};

/** What of each provider is known. */
export const tables: Readonly<Record<Provider, Table>> = {
  openai,
  anthropic: claude,
  gemini: google,
  mistral: mistralai,
  cohere: cohereai,
  ollama: ollamaServer,
  mcp: mcpServer,
  generic: {},
};

/** By how a path ends, at whatever server. */
export const recognised: Table = {
  'POST {any}/chat/completions': openaiChat,
  'POST {any}/responses': openaiResponses,
  'POST {any}/v1/messages': anthropic,
  'POST {any}/v1/messages/count_tokens': anthropic,
  'POST {any}/publishers/anthropic/models/{id}:{predict}': anthropic,
  'POST {any}/publishers/mistralai/models/{id}:{predict}': mistral,
  'POST {any}:{content}': gemini,
  'POST {any}/v2/chat': cohere,
  'POST {any}/api/chat': ollama,
  'POST {any}/api/generate': ollama,
  'POST {any}/model/{name}/{bedrock}': signed,
};

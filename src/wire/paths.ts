/**
 * Which paths of a provider are governed, and by which codec; which are harmless; all others are unlisted. Paths are
 * compared exactly and as a whole: one that is spelled in any other way is unlisted.
 */
import type { Provider } from '../exchange.ts';
import { anthropic } from './anthropic.ts';
import type { Codec } from './codec.ts';
import { gemini } from './gemini.ts';
import { generic, otherOf } from './generic.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiResponses } from './openai-responses.ts';

export type Route =
  | {
      readonly kind: 'governed';
      readonly codec: Codec /** Where it goes, if elsewhere. */;
      readonly path?: string;
    }
  | { readonly kind: 'harmless'; readonly codec: Codec }
  | { readonly kind: 'unlisted' };

interface Row {
  readonly methods: string;
  readonly path: RegExp;
  readonly codec: Codec;
  /** Missing at the front where a base URL ends early. */
  readonly lacks?: string;
}

/** An id or a name: one segment without escapes, and no step upwards. */
const ID = '(?!\\.+(?:[/:]|$))[\\w.~@-]+';

const governed = (methods: string, path: string, codec: Codec, lacks?: string): Row => ({
  methods,
  path: new RegExp(`^${path.replaceAll('{id}', ID)}$`),
  codec,
  ...(lacks === undefined ? {} : { lacks }),
});

/** Where servers put the API: `/v1`, `/openai/v1`, `/api/v1`, `/openai/deployments/NAME` (Azure), or nothing. */
const OPENAI = '(?:/(?:v\\d\\w*|api|openai|inference|compatible-mode|paas|cortex|deployments/{id}))*';

/** Vertex: a publisher's model, or an endpoint of one's own. */
const VERTEX = '/v1(?:beta1)?/projects/{id}/locations/{id}';
const GOOGLE = `(?:/v1(?:alpha|beta)?|${VERTEX}/publishers/google|/v1(?:beta1)?/publishers/google)`;
const CONTENT = '(?:generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)';

const openai: readonly Row[] = [
  governed('POST', `${OPENAI}/chat/completions`, openaiChat),
  governed('POST', `${OPENAI}/responses`, openaiResponses),
  governed('GET DELETE', `${OPENAI}/responses/{id}`, openaiResponses),
  governed('POST', `${OPENAI}/responses/{id}/cancel`, openaiResponses),
  governed('GET', `${OPENAI}/responses/{id}/input_items`, openaiResponses),
  governed('POST', `${OPENAI}/responses/(?:input_tokens|compact)`, openaiResponses),
  governed('POST', `${OPENAI}/embeddings`, openaiEmbeddings),
  governed('POST', `${OPENAI}/(?:completions|moderations)`, otherOf(openaiChat)),
];

const anthropicRaw = governed(
  'POST',
  `${VERTEX}/publishers/anthropic/models/{id}:(?:rawPredict|streamRawPredict)`,
  anthropic,
);

const claude: readonly Row[] = [
  governed('POST', '(?:/anthropic)?/v1/messages(?:/count_tokens)?', anthropic),
  governed('POST', '/messages(?:/count_tokens)?', anthropic, '/v1'),
  anthropicRaw,
];

const google: readonly Row[] = [
  governed('POST', `${GOOGLE}/(?:models|tunedModels)/{id}:${CONTENT}`, gemini),
  governed('POST', `/models/{id}:${CONTENT}`, gemini, '/v1beta'),
  governed('POST', `${VERTEX}/endpoints/{id}:${CONTENT}`, gemini),
  governed('POST', `(?:/v1(?:beta)?/openai|${VERTEX}/endpoints/{id})/chat/completions`, openaiChat),
  governed('POST', '/v1(?:beta)?/openai/embeddings', openaiEmbeddings),
  anthropicRaw,
];

interface Table {
  readonly governed: readonly Row[];
  readonly harmless: readonly Row[];
  /** What is let through beside these. */
  readonly other: Codec;
}

const table = (codec: Codec, rows: readonly Row[], ...harmless: readonly string[]): Table => {
  const other = otherOf(codec);
  return { governed: rows, harmless: harmless.map((path) => governed('GET', path, other)), other };
};

const tables: Readonly<Record<Provider, Table>> = {
  openai: table(openaiChat, openai, `${OPENAI}/models(?:/{id}){0,2}`),
  anthropic: table(anthropic, claude, '(?:/v1)?/models(?:/{id})?'),
  gemini: table(gemini, google, `${GOOGLE}/models(?:/{id})?`, '/v1(?:beta)?/openai/models(?:/{id})?'),
  generic: { governed: [], harmless: [], other: generic },
};

/** By how a path ends, at whatever server. */
const recognised: readonly Row[] = [
  governed('POST', '.*/chat/completions', openaiChat),
  governed('POST', '.*/responses', openaiResponses),
  governed('POST', '.*/v1/messages(?:/count_tokens)?', anthropic),
  governed('POST', `.*/publishers/anthropic/models/{id}:(?:rawPredict|streamRawPredict)`, anthropic),
  governed('POST', `.*:${CONTENT}`, gemini),
];

/** `path` is what follows the connection's name, without the query; `extra` are the connection's own patterns. */
export function route(provider: Provider, method: string, path: string, extra: readonly string[]): Route {
  const { governed, harmless, other } = tables[provider];
  const row = find(governed, method, path);
  if (row) return { kind: 'governed', codec: row.codec, ...(row.lacks ? { path: row.lacks + path } : {}) };
  const known = find(harmless, method, path);
  if (known) return { kind: 'harmless', codec: known.codec };
  if (provider !== 'generic' && !extra.some((pattern) => fits(pattern, path))) return { kind: 'unlisted' };
  return { kind: 'governed', codec: find(recognised, method, path)?.codec ?? other };
}

const find = (rows: readonly Row[], method: string, path: string): Row | undefined =>
  rows.find((row) => row.methods.split(' ').includes(method) && row.path.test(path));

/** `*` stands for any characters, as elsewhere in a policy. */
function fits(pattern: string, path: string): boolean {
  const [first, ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return path === pattern;
  if (!path.startsWith(first!) || !path.slice(first!.length).endsWith(last)) return false;
  let at = first!.length;
  for (const piece of others) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at + last.length <= path.length;
}

/** The dialects that are spoken here. */
import type { Provider } from '../exchange.ts';
import { anthropic } from './anthropic.ts';
import type { Codec } from './codec.ts';
import { cohere } from './cohere.ts';
import { cohereEmbeddings } from './cohere-embeddings.ts';
import { gemini } from './gemini.ts';
import { generic } from './generic.ts';
import { mcp } from './mcp.ts';
import { mistral } from './mistral.ts';
import { ollama } from './ollama.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiResponses } from './openai-responses.ts';
import { vertexEmbeddings } from './vertex-embeddings.ts';

const codecs: readonly Codec[] = [
  ...[openaiChat, openaiResponses, openaiEmbeddings],
  ...[anthropic, gemini, mistral, cohere, cohereEmbeddings, ollama, vertexEmbeddings, mcp, generic],
];

/** The dialect in which a provider's errors are told where no codec is known yet. */
export const codecOf = (provider: Provider): Codec =>
  codecs.find((codec) => codec.provider === provider) ?? generic;

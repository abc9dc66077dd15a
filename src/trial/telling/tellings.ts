/** Every dialect that conversations are told in. */
import type { Teller } from '../../fixture.ts';
import { anthropic } from './anthropic.ts';
import { cohere } from './cohere.ts';
import type { Telling } from './conversation.ts';
import { gemini } from './gemini.ts';
import { mcp } from './mcp.ts';
import { mistral } from './mistral.ts';
import { ollama } from './ollama.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';

/** Those of models: a conversation of several turns can be told in any of them. */
export const models = {
  openai: openaiChat,
  'openai-responses': openaiResponses,
  anthropic,
  gemini,
  mistral,
  cohere,
  ollama,
} satisfies Partial<Record<Teller, Telling>>;

export const tellings: Readonly<Record<Teller, Telling>> = { ...models, mcp };

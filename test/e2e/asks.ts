/** One question by each official SDK, and what the app gets: texts and calls, or the SDK's own error. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { ApiError, type GenerateContentResponse, GoogleGenAI } from '@google/genai';
import { APICallError, generateText, jsonSchema, type LanguageModel, streamText, type ToolSet } from 'ai';
import OpenAI from 'openai';
import { apiKey } from './planted.ts';
import { tools } from './tools.ts';

export interface Said {
  readonly text: string;
  readonly calls: readonly string[];
}

export interface Asker {
  readonly name: string;
  readonly connection: 'openai' | 'anthropic' | 'gemini';
  /** The error that the SDK raises for a refused permission. */
  readonly error: abstract new (
    ...args: never[]
  ) => Error;
  ask(base: string, prompt: string): Promise<Said>;
}

const openai = (base: string) => new OpenAI({ baseURL: `${base}/v1`, apiKey });
const anthropic = (base: string) => new Anthropic({ baseURL: base, apiKey });
const genai = (base: string) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: base } });

const chatBody = (content: string) => ({
  model: 'scripted',
  messages: [{ role: 'user' as const, content }],
  tools: tools.map(({ name, description, schema }) => ({
    type: 'function' as const,
    function: { name, description, parameters: { ...schema } },
  })),
});

const ofChat = ({ choices }: OpenAI.ChatCompletion): Said => ({
  text: choices[0]!.message.content ?? '',
  calls: (choices[0]!.message.tool_calls ?? []).map((call) =>
    call.type === 'function' ? call.function.name : '',
  ),
});

const responsesBody = (input: string) => ({
  model: 'scripted',
  input,
  tools: tools.map(({ name, description, schema }) => ({
    type: 'function' as const,
    name,
    description,
    parameters: { ...schema },
    strict: false,
  })),
});

const ofResponse = ({ output, output_text }: OpenAI.Responses.Response): Said => ({
  text: output_text,
  calls: output.flatMap((item) => (item.type === 'function_call' ? [item.name] : [])),
});

const messageBody = (content: string) => ({
  model: 'scripted',
  max_tokens: 1000,
  messages: [{ role: 'user' as const, content }],
  tools: tools.map(({ name, description, schema }) => ({
    name,
    description,
    input_schema: schema as unknown as Anthropic.Tool.InputSchema,
  })),
});

const ofMessage = ({ content }: Anthropic.Message): Said => ({
  text: content.map((block) => (block.type === 'text' ? block.text : '')).join('\n'),
  calls: content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : [])),
});

const geminiBody = (contents: string) => ({
  model: 'scripted-gemini',
  contents,
  config: {
    tools: [
      {
        functionDeclarations: tools.map(({ name, description, schema }) => ({
          name,
          description,
          parametersJsonSchema: schema,
        })),
      },
    ],
  },
});

const ofGemini = (answers: readonly GenerateContentResponse[]): Said => ({
  text: answers
    .flatMap((answer) => answer.candidates?.[0]?.content?.parts?.map(({ text = '' }) => text) ?? [])
    .join(''),
  calls: answers.flatMap((answer) => (answer.functionCalls ?? []).map(({ name }) => name ?? '')),
});

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const every: T[] = [];
  for await (const one of stream) every.push(one);
  return every;
}

/** Tools without code: the SDK hands the calls back. */
const offered: ToolSet = Object.fromEntries(
  tools.map(({ name, description, schema }) => [
    name,
    { description, inputSchema: jsonSchema<object>(schema as object) },
  ]),
);

const vercel =
  (modelAt: (base: string) => LanguageModel, stream: boolean): Asker['ask'] =>
  async (base, prompt) => {
    const options = { model: modelAt(base), prompt, tools: offered };
    if (!stream) {
      const { text, toolCalls } = await generateText(options);
      return { text, calls: toolCalls.map(({ toolName }) => toolName) };
    }
    const errors: unknown[] = [];
    const result = streamText({ ...options, onError: ({ error }) => void errors.push(error) });
    const pieces = await all(result.textStream);
    if (errors.length > 0) throw errors[0];
    return { text: pieces.join(''), calls: (await result.toolCalls).map(({ toolName }) => toolName) };
  };

const vercelAsker = (
  name: string,
  connection: Asker['connection'],
  modelAt: (base: string) => LanguageModel,
): Asker[] =>
  [false, true].map((stream) => ({
    name: `ai: ${stream ? 'streamText' : 'generateText'}, ${name}`,
    connection,
    error: APICallError,
    ask: vercel(modelAt, stream),
  }));

export const askers: readonly Asker[] = [
  {
    name: 'openai: chat',
    connection: 'openai',
    error: OpenAI.PermissionDeniedError,
    ask: async (base, prompt) => ofChat(await openai(base).chat.completions.create(chatBody(prompt))),
  },
  {
    name: 'openai: chat, streamed',
    connection: 'openai',
    error: OpenAI.PermissionDeniedError,
    ask: async (base, prompt) =>
      ofChat(await openai(base).chat.completions.stream(chatBody(prompt)).finalChatCompletion()),
  },
  {
    name: 'openai: responses',
    connection: 'openai',
    error: OpenAI.PermissionDeniedError,
    ask: async (base, prompt) => ofResponse(await openai(base).responses.create(responsesBody(prompt))),
  },
  {
    name: 'openai: responses, streamed',
    connection: 'openai',
    error: OpenAI.PermissionDeniedError,
    ask: async (base, prompt) =>
      ofResponse(await openai(base).responses.stream(responsesBody(prompt)).finalResponse()),
  },
  {
    name: 'anthropic: messages',
    connection: 'anthropic',
    error: Anthropic.PermissionDeniedError,
    ask: async (base, prompt) => ofMessage(await anthropic(base).messages.create(messageBody(prompt))),
  },
  {
    name: 'anthropic: messages, streamed',
    connection: 'anthropic',
    error: Anthropic.PermissionDeniedError,
    ask: async (base, prompt) =>
      ofMessage(await anthropic(base).messages.stream(messageBody(prompt)).finalMessage()),
  },
  {
    name: 'genai',
    connection: 'gemini',
    error: ApiError,
    ask: async (base, prompt) => ofGemini([await genai(base).models.generateContent(geminiBody(prompt))]),
  },
  {
    name: 'genai, streamed',
    connection: 'gemini',
    error: ApiError,
    ask: async (base, prompt) =>
      ofGemini(await all(await genai(base).models.generateContentStream(geminiBody(prompt)))),
  },
  ...vercelAsker('OpenAI', 'openai', (base) => createOpenAI({ baseURL: `${base}/v1`, apiKey })('scripted')),
  ...vercelAsker('OpenAI chat', 'openai', (base) =>
    createOpenAI({ baseURL: `${base}/v1`, apiKey }).chat('scripted'),
  ),
  ...vercelAsker('Anthropic', 'anthropic', (base) =>
    createAnthropic({ baseURL: `${base}/v1`, apiKey })('scripted'),
  ),
  ...vercelAsker('Google', 'gemini', (base) =>
    createGoogleGenerativeAI({ baseURL: `${base}/v1beta`, apiKey })('scripted-gemini'),
  ),
];

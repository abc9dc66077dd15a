/** Apps over the official SDKs: each holds the same conversation, and keeps every object that its SDK handed back. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { type Content, type GenerateContentResponse, GoogleGenAI } from '@google/genai';
import {
  generateText,
  jsonSchema,
  type LanguageModel,
  type ModelMessage,
  stepCountIs,
  streamText,
  tool,
} from 'ai';
import OpenAI from 'openai';
import { apiKey } from './planted.ts';
import { question, type Toolbox, thanks, tools } from './tools.ts';

export interface App {
  readonly name: string;
  readonly connection: 'openai' | 'anthropic' | 'gemini';
  /** `base` is where the provider's own paths begin. */
  talk(base: string, box: Toolbox): Promise<unknown[]>;
}

const model = 'scripted';
const geminiModel = 'scripted-gemini';

const openai = (base: string) => new OpenAI({ baseURL: `${base}/v1`, apiKey });
const chatTools = tools.map(({ name, description, schema }) => ({
  type: 'function' as const,
  function: { name, description, parameters: { ...schema } },
}));

type ChatMessage = OpenAI.ChatCompletionMessageParam;

const chat =
  (ask: (client: OpenAI, messages: ChatMessage[]) => Promise<OpenAI.ChatCompletion>): App['talk'] =>
  async (base, box) => {
    const client = openai(base);
    const messages: ChatMessage[] = [{ role: 'user', content: question }];
    const told: OpenAI.ChatCompletion[] = [];
    for (let thanked = false; ; ) {
      const answer = await ask(client, messages);
      told.push(answer);
      const { message } = answer.choices[0]!;
      messages.push(message);
      for (const call of message.tool_calls ?? []) {
        if (call.type !== 'function') continue;
        const content = box.run(call.function.name, JSON.parse(call.function.arguments));
        messages.push({ role: 'tool', tool_call_id: call.id, content });
      }
      if (message.tool_calls) continue;
      if (thanked) return told;
      thanked = true;
      messages.push({ role: 'user', content: thanks });
    }
  };

const runnable = (box: Toolbox) =>
  tools.map(({ name, description, schema }) => ({
    type: 'function' as const,
    function: {
      name,
      description,
      parameters: { ...schema } as Record<string, unknown>,
      parse: (text: string): object => JSON.parse(text),
      function: (args: object) => box.run(name, args),
    },
  }));

type Item = OpenAI.Responses.ResponseInputItem;
type ResponsesBody = { model: string; input: Item[]; tools: OpenAI.Responses.FunctionTool[] };

const responses =
  (ask: (client: OpenAI, body: ResponsesBody) => Promise<OpenAI.Responses.Response>): App['talk'] =>
  async (base, box) => {
    const client = openai(base);
    const input: Item[] = [{ role: 'user', content: question }];
    const told: OpenAI.Responses.Response[] = [];
    for (let thanked = false; ; ) {
      const answer = await ask(client, {
        model,
        input,
        tools: tools.map(({ name, description, schema }) => ({
          type: 'function',
          name,
          description,
          parameters: { ...schema },
          strict: false,
        })),
      });
      told.push(answer);
      input.push(...(answer.output as Item[]));
      const calls = answer.output.filter((item) => item.type === 'function_call');
      for (const { call_id, name, arguments: args } of calls)
        input.push({ type: 'function_call_output', call_id, output: box.run(name, JSON.parse(args)) });
      if (calls.length > 0) continue;
      if (thanked) return told;
      thanked = true;
      input.push({ role: 'user', content: thanks });
    }
  };

type Ask = { model: string; max_tokens: number; messages: Anthropic.MessageParam[]; tools: Anthropic.Tool[] };

const messages =
  (ask: (client: Anthropic, body: Ask) => Promise<Anthropic.Message>): App['talk'] =>
  async (base, box) => {
    const client = new Anthropic({ baseURL: base, apiKey });
    const history: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
    const told: Anthropic.Message[] = [];
    for (let thanked = false; ; ) {
      const answer = await ask(client, {
        model,
        max_tokens: 1000,
        messages: history,
        tools: tools.map(({ name, description, schema }) => ({
          name,
          description,
          input_schema: schema as unknown as Anthropic.Tool.InputSchema,
        })),
      });
      told.push(answer);
      history.push({ role: 'assistant', content: answer.content });
      const calls = answer.content.filter((block) => block.type === 'tool_use');
      if (calls.length === 0 && thanked) return told;
      thanked ||= calls.length === 0;
      history.push({
        role: 'user',
        content:
          calls.length === 0
            ? thanks
            : calls.map(({ id, name, input }) => ({
                type: 'tool_result',
                tool_use_id: id,
                content: [{ type: 'text', text: box.run(name, input) }],
              })),
      });
    }
  };

type GeminiAsk = { model: string; contents: Content[]; config: object };

const gemini =
  (ask: (client: GoogleGenAI, body: GeminiAsk) => Promise<GenerateContentResponse[]>): App['talk'] =>
  async (base, box) => {
    const client = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: base } });
    const contents: Content[] = [{ role: 'user', parts: [{ text: question }] }];
    const told: unknown[] = [];
    for (let thanked = false; ; ) {
      const functionDeclarations = tools.map(({ name, description, schema }) => ({
        name,
        description,
        parametersJsonSchema: schema,
      }));
      const answers = await ask(client, {
        model: geminiModel,
        contents,
        config: { tools: [{ functionDeclarations }] },
      });
      const parts = answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);
      told.push({ parts: joined(parts), ending: endingOf(answers.at(-1)!) });
      contents.push({ role: 'model', parts });
      const calls = answers.flatMap((answer) => answer.functionCalls ?? []);
      if (calls.length === 0 && thanked) return told;
      thanked ||= calls.length === 0;
      contents.push({
        role: 'user',
        parts:
          calls.length === 0
            ? [{ text: thanks }]
            : calls.map(({ name, args }) => ({
                functionResponse: { name: name!, response: { output: box.run(name!, args) } },
              })),
      });
    }
  };

const endingOf = ({ candidates, usageMetadata, modelVersion }: GenerateContentResponse) => ({
  finish: candidates?.[0]?.finishReason,
  usageMetadata,
  modelVersion,
});

/** The texts of a stream in one, since their pieces follow the length of what was said. */
const joined = (parts: readonly { text?: string }[]): unknown[] => [
  parts.map(({ text = '' }) => text).join(''),
  ...parts.filter(({ text }) => text === undefined),
];

/** The Vercel SDK runs the tools itself. */
const vercel =
  (modelAt: (base: string) => LanguageModel, stream: boolean): App['talk'] =>
  async (base, box) => {
    const own = Object.fromEntries(
      tools.map(({ name, description, schema }) => [
        name,
        tool({
          description,
          inputSchema: jsonSchema<object>(schema as object),
          execute: async (args) => box.run(name, args),
        }),
      ]),
    );
    const history: ModelMessage[] = [{ role: 'user', content: question }];
    const told: unknown[] = [];
    for (const next of [thanks, undefined]) {
      const options = {
        model: modelAt(base),
        messages: history,
        tools: own,
        stopWhen: stepCountIs(5),
        maxRetries: 0,
      };
      const { steps, response, text } = stream ? await streamed(options) : await generateText(options);
      history.push(...response.messages);
      told.push(
        text,
        steps.map(({ content, finishReason }) => ({ content, finishReason })),
      );
      if (next) history.push({ role: 'user', content: next });
    }
    return told;
  };

async function streamed(options: Parameters<typeof streamText>[0]) {
  const errors: unknown[] = [];
  const result = streamText({ ...options, onError: ({ error }) => void errors.push(error) });
  let text = '';
  for await (const piece of result.textStream) text += piece;
  if (errors.length > 0) throw errors[0];
  return { steps: await result.steps, response: await result.response, text };
}

const vercelOpenai = (base: string) => createOpenAI({ baseURL: `${base}/v1`, apiKey });
const vercelAnthropic = (base: string) => createAnthropic({ baseURL: `${base}/v1`, apiKey })(model);
const vercelGoogle = (base: string) =>
  createGoogleGenerativeAI({ baseURL: `${base}/v1beta`, apiKey })(geminiModel);

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const every: T[] = [];
  for await (const one of stream) every.push(one);
  return every;
}

export const apps: readonly App[] = [
  {
    name: 'openai: chat.completions.create',
    connection: 'openai',
    talk: chat((client, messages) => client.chat.completions.create({ model, messages, tools: chatTools })),
  },
  {
    name: 'openai: chat.completions.stream',
    connection: 'openai',
    talk: chat((client, messages) =>
      client.chat.completions.stream({ model, messages, tools: chatTools }).finalChatCompletion(),
    ),
  },
  {
    name: 'openai: runTools',
    connection: 'openai',
    talk: async (base, box) => {
      const body = { model, messages: [{ role: 'user' as const, content: question }], tools: runnable(box) };
      const runner = openai(base).chat.completions.runTools(body);
      await runner.done();
      return runner.messages.slice(1);
    },
  },
  {
    name: 'openai: runTools, streamed',
    connection: 'openai',
    talk: async (base, box) => {
      const body = { model, messages: [{ role: 'user' as const, content: question }], tools: runnable(box) };
      const runner = openai(base).chat.completions.runTools({ ...body, stream: true });
      let text = '';
      runner.on('content', (piece) => {
        text += piece;
      });
      await runner.done();
      return [text, ...runner.messages.slice(1)];
    },
  },
  {
    name: 'openai: responses.create',
    connection: 'openai',
    talk: responses((client, body) => client.responses.create(body)),
  },
  {
    name: 'openai: responses.stream',
    connection: 'openai',
    talk: responses((client, body) => client.responses.stream(body).finalResponse()),
  },
  {
    name: 'anthropic: messages.create',
    connection: 'anthropic',
    talk: messages((client, body) => client.messages.create(body)),
  },
  {
    name: 'anthropic: messages.stream',
    connection: 'anthropic',
    talk: messages((client, body) => client.messages.stream(body).finalMessage()),
  },
  {
    name: 'genai: generateContent',
    connection: 'gemini',
    talk: gemini(async (client, body) => [await client.models.generateContent(body)]),
  },
  {
    name: 'genai: generateContentStream',
    connection: 'gemini',
    talk: gemini(async (client, body) => all(await client.models.generateContentStream(body))),
  },
  ...[false, true].flatMap((stream): App[] => {
    const how = stream ? 'streamText' : 'generateText';
    return [
      {
        name: `ai: ${how}, OpenAI`,
        connection: 'openai',
        talk: vercel((base) => vercelOpenai(base)(model), stream),
      },
      {
        name: `ai: ${how}, OpenAI chat`,
        connection: 'openai',
        talk: vercel((base) => vercelOpenai(base).chat(model), stream),
      },
      { name: `ai: ${how}, Anthropic`, connection: 'anthropic', talk: vercel(vercelAnthropic, stream) },
      { name: `ai: ${how}, Google`, connection: 'gemini', talk: vercel(vercelGoogle, stream) },
    ];
  }),
];

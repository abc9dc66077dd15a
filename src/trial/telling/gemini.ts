/** generateContent: no ids, results by name, a call always whole. */
import { type ModelTurn, offered, pieces, type Telling, type Turn } from './conversation.ts';

const model = 'gemini-2.5-flash';

export const gemini: Telling = {
  name: 'gemini',
  connection: 'gemini',
  provider: 'gemini',
  path: (stream) => `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  request: ({ system, tools }, turns) => ({
    ...(system === undefined ? {} : { systemInstruction: { parts: [{ text: system }] } }),
    contents: turns.map(content),
    ...(tools.length === 0 ? {} : { tools: [{ functionDeclarations: tools.map(offered) }] }),
  }),
  answer: (turn, id) => told(id, parts(turn), 'STOP'),
  stream: ({ text, calls }, id) => {
    const all = [
      ...pieces(text).map((piece) => [{ text: piece }]),
      ...parts({ text: '', calls }).map((part) => [part]),
    ];
    return all
      .map((parts, i) => told(id, parts, i === all.length - 1 ? 'STOP' : undefined))
      .map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`)
      .join('');
  },
};

const told = (id: string, parts: readonly object[], finishReason?: string) => ({
  candidates: [{ content: { parts, role: 'model' }, ...(finishReason ? { finishReason } : {}), index: 0 }],
  usageMetadata: { promptTokenCount: 90, candidatesTokenCount: 20, totalTokenCount: 110 },
  modelVersion: model,
  responseId: `gen-${id}`,
});

function content(turn: Turn): object {
  if ('user' in turn) return { role: 'user', parts: [{ text: turn.user }] };
  if (!('results' in turn)) return { role: 'model', parts: parts(turn) };
  return {
    role: 'user',
    parts: turn.results.map(({ name, result }) => ({
      functionResponse: { name, response: asObject(result) },
    })),
  };
}

/** A result that is no object is told in one. */
const asObject = (result: unknown): unknown =>
  typeof result === 'object' && result !== null && !Array.isArray(result) ? result : { output: result };

const parts = ({ text, calls }: ModelTurn): object[] => [
  ...(text === '' ? [] : [{ text }]),
  ...calls.map(({ name, args }) => ({ functionCall: { name, args } })),
];

/** The upstream: an independent mock (aimock) whose model follows a script, behind a tap that keeps every byte it was sent. */
import net, { type AddressInfo } from 'node:net';
import { type ChatCompletionRequest, type ChatMessage, LLMock } from '@copilotkit/aimock';

export interface Model {
  readonly url: string;
  /** All bytes that arrived so far, headers included. */
  log(): Buffer;
  /** Requests since it was last asked. */
  requests(): number;
  forget(): void;
  close(): Promise<void>;
}

/**
 * Registers the person it is told of, notifies whom the register names, and says what it did: always with the values
 * as it was given them.
 */
export async function startModel(): Promise<Model> {
  const mock = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent', chunkSize: 7 });
  mock.on({ predicate: () => true }, (request) => ({ ...same, ...ending(request), ...move(request) }));
  const target = new URL(await mock.start());
  const heard: Buffer[] = [];
  const tap = net.createServer((socket) => {
    const onward = net.connect(Number(target.port), '127.0.0.1');
    socket.on('data', (bytes) => heard.push(bytes));
    socket.pipe(onward).pipe(socket);
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => tap.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(tap.address() as AddressInfo).port}`,
    log: () => Buffer.concat(heard),
    requests: () => mock.getRequests().length,
    forget() {
      heard.length = 0;
      mock.clearRequests();
    },
    async close() {
      tap.close();
      await mock.stop();
    },
  };
}

/** The real Gemini ends a turn of calls as any other; the mock would say otherwise. */
const ending = ({ model }: ChatCompletionRequest) =>
  model.includes('gemini') ? { finishReason: 'STOP' } : {};

const same = {
  id: 'answer-1',
  created: 1,
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

/** The model's next move: it knows the conversation, and nothing else. */
function move({ messages, tools = [] }: ChatCompletionRequest) {
  const last = messages.at(-1)!;
  const told = textOf(last);
  if (told.includes('Call a tool that was not offered'))
    return { toolCalls: [{ id: 'call_x', name: 'format_disk', arguments: '{"disk":"a"}' }] };
  if (last.role !== 'tool') {
    if (tools.length === 0 || !told.includes('Register')) return { content: `You said: ${told}` };
    return {
      content: 'I will register that person.',
      toolCalls: [{ id: 'call_1', name: 'register_person', arguments: JSON.stringify(readPerson(told)) }],
    };
  }
  const called = messages.findLast((message) => message.tool_calls)?.tool_calls?.at(-1)?.function.name;
  if (called !== 'register_person') return { content: `Done. I was told: ${told}` };
  return {
    toolCalls: [
      { id: 'call_2', name: 'notify', arguments: JSON.stringify({ to: readPerson(told), note: told }) },
    ],
  };
}

/** `email: …` and so on, each up to the end of its line or its JSON string. */
function readPerson(text: string): Record<string, string> {
  const pairs = ['email', 'phone', 'card', 'iban', 'ssn', 'key'].map((name) => [
    name,
    new RegExp(`\\b${name}"?: ?"?([^"\\n\\\\]*)`).exec(text)?.[1]?.trim() ?? '',
  ]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
}

const textOf = ({ content }: ChatMessage): string =>
  typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('');

/** Where a request says something, by provider: the same places told in the provider's own way. */
import type { Provider } from '../../src/exchange.ts';
import type { Carrier } from './carriers.ts';

export const sites = [
  'chat content',
  'system content',
  'unknown top-level key',
  'tool description',
  'history arguments',
  'tool result',
  'metadata',
] as const;

export type Site = (typeof sites)[number];

type Say = (site: Site, text: string) => object;

const SCHEMA = { type: 'object', properties: { note: { type: 'string' } } };
/** What stands there where nothing else does. */
const says = (site: Site, text: string) => (at: Site, other: string) => (site === at ? text : other);

const chat: Say = (site, text) => {
  const say = says(site, text);
  const note = { name: 'note', description: say('tool description', 'Keeps it.'), parameters: SCHEMA };
  const input = JSON.stringify({ note: say('history arguments', 'none') });
  return {
    model: 'm',
    stream: true,
    messages: [
      { role: 'system', content: say('system content', 'Be kind.') },
      { role: 'user', content: 'Keep it.' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_past', type: 'function', function: { name: 'note', arguments: input } }],
      },
      { role: 'tool', tool_call_id: 'call_past', content: say('tool result', 'kept') },
      { role: 'user', content: say('chat content', 'Go on.') },
    ],
    tools: [{ type: 'function', function: note }],
    metadata: { about: say('metadata', 'nothing') },
    ...(site === 'unknown top-level key' ? { remark: text } : {}),
  };
};

const legacy: Say = (site, text) => {
  const { tools: _, ...rest } = chat(site, text) as { tools: unknown };
  return {
    ...rest,
    functions: [
      { name: 'note', description: says(site, text)('tool description', 'Keeps it.'), parameters: SCHEMA },
    ],
  };
};

const responses: Say = (site, text) => {
  const say = says(site, text);
  return {
    model: 'm',
    stream: true,
    instructions: say('system content', 'Be kind.'),
    input: [
      { role: 'user', content: 'Keep it.' },
      {
        type: 'function_call',
        call_id: 'call_past',
        name: 'note',
        arguments: JSON.stringify({ note: say('history arguments', 'none') }),
      },
      { type: 'function_call_output', call_id: 'call_past', output: say('tool result', 'kept') },
      { role: 'user', content: [{ type: 'input_text', text: say('chat content', 'Go on.') }] },
    ],
    tools: [
      {
        type: 'function',
        name: 'note',
        description: say('tool description', 'Keeps it.'),
        parameters: SCHEMA,
      },
    ],
    metadata: { about: say('metadata', 'nothing') },
    ...(site === 'unknown top-level key' ? { remark: text } : {}),
  };
};

const anthropic: Say = (site, text) => {
  const say = says(site, text);
  return {
    model: 'm',
    max_tokens: 100,
    stream: true,
    system: say('system content', 'Be kind.'),
    messages: [
      { role: 'user', content: 'Keep it.' },
      {
        role: 'assistant',
        content: [
          {
            type: 'tool_use',
            id: 'toolu_past',
            name: 'note',
            input: { note: say('history arguments', 'none') },
          },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_past', content: say('tool result', 'kept') },
          { type: 'text', text: say('chat content', 'Go on.') },
        ],
      },
    ],
    tools: [{ name: 'note', description: say('tool description', 'Keeps it.'), input_schema: SCHEMA }],
    metadata: { user_id: 'u1', about: say('metadata', 'nothing') },
    ...(site === 'unknown top-level key' ? { remark: text } : {}),
  };
};

const gemini: Say = (site, text) => {
  const say = says(site, text);
  return {
    systemInstruction: { parts: [{ text: say('system content', 'Be kind.') }] },
    contents: [
      { role: 'user', parts: [{ text: 'Keep it.' }] },
      {
        role: 'model',
        parts: [{ functionCall: { name: 'note', args: { note: say('history arguments', 'none') } } }],
      },
      {
        role: 'user',
        parts: [{ functionResponse: { name: 'note', response: { said: say('tool result', 'kept') } } }],
      },
      { role: 'user', parts: [{ text: say('chat content', 'Go on.') }] },
    ],
    tools: [
      {
        functionDeclarations: [
          { name: 'note', description: say('tool description', 'Keeps it.'), parameters: SCHEMA },
        ],
      },
    ],
    labels: { about: say('metadata', 'nothing') },
    ...(site === 'unknown top-level key' ? { remark: text } : {}),
  };
};

/** As Chat Completions, with arguments that are values. */
const ollama: Say = (site, text) => {
  const body = chat(site, text) as { messages: { tool_calls?: unknown }[] };
  const call = {
    function: { name: 'note', arguments: { note: says(site, text)('history arguments', 'none') } },
  };
  return {
    ...body,
    messages: body.messages.map((message) =>
      message.tool_calls ? { role: 'assistant', content: '', tool_calls: [call] } : message,
    ),
  };
};

/** A call of a tool, as it leaves for its server. */
const mcp: Say = (_site, text) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'note', arguments: { note: text } },
});

const tellings: Partial<Record<Provider, Say>> = { anthropic, gemini, ollama, mcp };

export function requestOf({ provider, path, name }: Carrier, site: Site, text: string): string {
  const say = path.endsWith('/responses')
    ? responses
    : name.endsWith('function_call')
      ? legacy
      : (tellings[provider] ?? chat);
  return JSON.stringify(say(site, text));
}

/** The string of a body that begins so, inside JSON inside of it, too. */
export function findText(body: unknown, begin: string): string | undefined {
  if (typeof body === 'string') {
    if (body.startsWith(begin)) return body;
    return body.startsWith('{') && body.includes(begin) ? findText(parsed(body), begin) : undefined;
  }
  if (typeof body !== 'object' || body === null) return undefined;
  for (const each of Object.values(body)) {
    const found = findText(each, begin);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

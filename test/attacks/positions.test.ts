/** A sloppy app writes a person's data where the reference has an enumeration, an id, a setting or a key. */
import { describe, expect, test } from 'vitest';
import { gateway } from './rig.ts';

const MAIL = 'alice.smith@corp-mail.io';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const bodies: Record<string, { connection: string; path: string; body: Json }> = {
  'Chat Completions': {
    connection: 'openai',
    path: '/v1/chat/completions',
    body: {
      model: 'm',
      user: 'u',
      metadata: { k: 'v' },
      stop: ['x'],
      tool_choice: { type: 'function', function: { name: 'f' } },
      logit_bias: { '50256': -100 },
      modalities: ['text'],
      stream_options: { include_usage: true },
      messages: [
        { role: 'system', content: 's', name: 'n' },
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://x', detail: 'low' } }] },
        {
          role: 'assistant',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: 'x' },
      ],
    },
  },
  Responses: {
    connection: 'openai',
    path: '/v1/responses',
    body: {
      model: 'm',
      reasoning: { effort: 'low' },
      include: ['x'],
      prompt: { id: 'p', version: '1', variables: { city: 'b' } },
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 't' }] },
        { type: 'shell_call', call_id: 's', action: { commands: ['ls'] }, status: 'completed' },
        { type: 'shell_call_output', call_id: 's', output: [{ stdout: 'o', outcome: { type: 'exit' } }] },
        { type: 'unknown_thing', foo: { bar: 'baz' } },
      ],
    },
  },
  Anthropic: {
    connection: 'anthropic',
    path: '/v1/messages',
    body: {
      model: 'm',
      max_tokens: 5,
      system: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral' } }],
      metadata: { user_id: 'u' },
      thinking: { type: 'enabled', budget_tokens: 1 },
      tool_choice: { type: 'tool', name: 'n' },
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 'i', name: 'n', input: { a: 'b' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'i', content: 'x', is_error: false }] },
      ],
      context_management: { edits: [{ type: 't', exclude_tools: ['x'] }] },
    },
  },
  Gemini: {
    connection: 'gemini',
    path: '/v1beta/models/g:generateContent',
    body: {
      contents: [
        { role: 'user', parts: [{ text: 't' }] },
        { role: 'model', parts: [{ functionCall: { name: 'n', args: { a: 'b' }, id: 'i' } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'n', response: { output: 'o' }, id: 'i' } }] },
      ],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['n'] } },
      safetySettings: [{ category: 'c', threshold: 't' }],
    },
  },
};

/** The body once for each value and each key in it, written anew. */
function* spoiled(
  value: Json,
  write: (value: Json) => Json,
  at: string,
): Generator<[at: string, body: Json]> {
  yield [at, write(MAIL)];
  yield [`${at} as an object`, write({ x: [{ y: MAIL }] })];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const put = (each: Json): Json =>
      write(
        Array.isArray(value)
          ? value.map((old, i) => (i === Number(key) ? each : old))
          : { ...value, [key]: each },
      );
    yield* spoiled(inner, put, `${at}/${key}`);
    if (!Array.isArray(value)) yield [`${at}/${key} beside it`, write({ ...value, [MAIL]: 'x' })];
  }
}

describe.each(Object.entries(bodies))('%s', (_, { connection, path, body }) => {
  test.each([...spoiled(body, (each) => each, '')].slice(2))('%s', (_at, written) => {
    const told = gateway()({ connection, path, body: JSON.stringify(written) });
    expect(told.sent).not.toContain(MAIL);
    if (!told.code) expect(told.answer({}).kept).not.toContain(MAIL);
  });
});

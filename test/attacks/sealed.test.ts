/** Text where a provider would have put signatures, sealed content or media: it is governed as text is. */
import { expect, test } from 'vitest';
import { gateway, SSE_TYPE, sse } from './rig.ts';

const mail = 'ann.lee@acme.io';
const anthropic = (content: unknown) => ({
  connection: 'anthropic',
  path: '/v1/messages',
  body: { model: 'm', max_tokens: 1, messages: [{ role: 'user', content: [content] }] },
});
const gemini = (part: unknown) => ({
  connection: 'gemini',
  path: '/v1beta/models/m:generateContent',
  body: { contents: [{ role: 'user', parts: [part] }] },
});
const responses = (item: unknown) => ({ path: '/v1/responses', body: { model: 'm', input: [item] } });
const chat = (content: unknown) => ({
  body: { model: 'm', messages: [{ role: 'user', content: [content] }] },
});

test.each([
  ['a signature', anthropic({ type: 'thinking', thinking: 'hm', signature: mail })],
  ['redacted thinking', anthropic({ type: 'redacted_thinking', data: mail })],
  ['thinking with no signature', anthropic({ type: 'thinking', thinking: `ask ${mail}`, signature: '' })],
  [
    'thinking with a false one',
    anthropic({ type: 'thinking', thinking: `ask ${mail}`, signature: 'no, really' }),
  ],
  ['an image', anthropic({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: mail } })],
  ['an image of a structure', anthropic({ type: 'image', source: { type: 'base64', data: { to: mail } } })],
  ['inline data', gemini({ inlineData: { mimeType: 'image/png', data: mail } })],
  ['a thought signature', gemini({ text: 'hi', thoughtSignature: mail })],
  ['encrypted content', responses({ type: 'reasoning', summary: [], encrypted_content: mail })],
  ['a data URL', chat({ type: 'image_url', image_url: { url: `data:text/plain,${mail}` } })],
  ['a file', chat({ type: 'file', file: { file_data: mail } })],
  ['a sound', chat({ type: 'input_audio', input_audio: { data: [mail], format: 'wav' } })],
])('text in the place of %s is masked', (_, attack) => {
  const { sent, code } = gateway()(attack);
  expect(code).toBeUndefined();
  expect(sent).not.toContain(mail);
});

test('in an answer too, and in a stream whether or not a signature follows', () => {
  const policy = 'version: 1\nmask: { to_app: { pii: redact } }\n';
  const told = (signature: string): string => {
    const events = [
      { type: 'message_start', message: { id: 'm', type: 'message', role: 'assistant', content: [] } },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'thinking', thinking: '', signature: '' },
      },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: `it is ${mail}` } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      { type: 'message_stop' },
    ];
    const asked = gateway(policy)(anthropic({ type: 'text', text: 'hi' }));
    return asked.answer(sse(...events), { headers: SSE_TYPE }).body;
  };
  expect(told('')).not.toContain(mail);
  expect(told(`no ${mail}`)).not.toContain(mail);
  expect(told('EqQBCgIYAhIM1gbcDa9GJwZA')).toContain(mail);
});

/** What a model thought, as servers of Chat Completions tell it: text, unless a signature covers it. */
import { expect, it } from 'vitest';
import { openaiChat } from '../../src/wire/openai-chat.ts';
import { docOf, hear, OPTIONS, sse, texts } from './reading.ts';

const detail = { type: 'reasoning.text', format: 'unknown', index: 0, text: 'Ann wants her balance.' };
const PATH = '/choices/0/message/reasoning_details/0/text';

const whole = (...reasoning_details: object[]) =>
  texts(
    openaiChat.readAnswer(
      docOf({ choices: [{ index: 0, message: { role: 'assistant', reasoning_details } }] }),
      OPTIONS,
    ).units,
  );

const streamed = (...details: object[]) => {
  const events = details.map((each) => ({ choices: [{ index: 0, delta: { reasoning_details: [each] } }] }));
  return texts(hear(openaiChat, sse(events)).reading().units);
};

it('is a text like any other, in a body and in a stream', () => {
  const said = [`response ${PATH} Ann wants her balance.`];
  expect(whole(detail)).toEqual(said);
  expect(whole({ ...detail, signature: null })).toEqual(said);
  expect(streamed({ ...detail, text: 'Ann wants ' }, { ...detail, text: 'her balance.' })).toEqual(said);
});

it('stays as it is where it is signed, also where the signature comes last', () => {
  const said = [`response ${PATH}! Ann wants her balance.`];
  expect(whole({ ...detail, signature: 'c2lnbmVk' })).toEqual(said);
  expect(streamed(detail, { type: 'reasoning.text', index: 0, signature: 'c2lnbmVk' })).toEqual(said);
});

it('in a request, too', () => {
  const request = (more: object) =>
    texts(
      openaiChat.readRequest(
        docOf({ messages: [{ role: 'assistant', reasoning_details: [{ ...detail, ...more }] }] }),
        OPTIONS,
      ).units,
    );
  const path = '/messages/0/reasoning_details/0/text';
  expect(request({})).toEqual([`prompt ${path} Ann wants her balance.`]);
  expect(request({ signature: 'c2lnbmVk' })).toEqual([`prompt ${path}! Ann wants her balance.`]);
});

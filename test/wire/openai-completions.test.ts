/** Completions, without roles: whole and streamed they say the same, and a stream goes on while it comes. */
import { describe, expect, it } from 'vitest';
import { openaiCompletions } from '../../src/wire/openai-completions.ts';
import { docOf, hear, OPTIONS, sse, texts } from './reading.ts';

const head = { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'davinci' };
const choice = (text: string, index = 0) => ({ text, index, logprobs: null, finish_reason: null });

describe('a completion', () => {
  it('has the texts of its choices', () => {
    const body = { ...head, choices: [choice('Mail ann@acme.io.'), choice('Or bob.', 1)] };
    expect(texts(openaiCompletions.readAnswer(docOf(body), OPTIONS).units)).toEqual([
      'response /choices/0/text Mail ann@acme.io.',
      'response /choices/1/text Or bob.',
    ]);
  });

  it('that streams adds up to the same, and nothing repeats it', () => {
    const pieces = [choice('Mail ann@'), choice('Or ', 1), choice('acme.io.'), choice('bob.', 1)];
    const chunks = pieces.map((each) => ({ ...head, choices: [each] }));
    const heard = hear(openaiCompletions, `${sse(chunks)}data: [DONE]\n\n`);
    expect(heard.readable).toBe(true);
    expect(texts(heard.reading().units)).toEqual([
      'response /choices/0/text Mail ann@acme.io.',
      'response /choices/1/text Or bob.',
    ]);
    expect(heard.reading().units.every(({ shadows }) => shadows === undefined)).toBe(true);
  });

  it('loses its log probabilities where it is altered: they tell it once more', () => {
    const tokens = { tokens: ['Mail', ' ann'], token_logprobs: [-1, -2], text_offset: [0, 4] };
    const body = { ...head, choices: [{ ...choice('Mail ann'), logprobs: tokens }] };
    const { units } = openaiCompletions.readAnswer(docOf(body), OPTIONS);
    expect(units[0]!.shadows?.map(({ path }) => path)).toEqual(['/choices/0/logprobs']);
  });
});

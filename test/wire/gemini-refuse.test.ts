/** Refused calls of Gemini: the part says the refusal, streamed or not. */
import { describe, expect, it } from 'vitest';
import { editLeaf } from '../../src/wire/edit.ts';
import { gemini } from '../../src/wire/gemini.ts';
import { call, fold, folded, refusals, refuseBody, said } from './gemini-reading.ts';
import { dataOf, docOf, hear, type Json, sse, textOf, write } from './reading.ts';

const REFUSAL = 'fcgate policy_denied:';

/** Part by part: the events by which a body would have come. */
const streamed = ({ candidates, ...rest }: Json): Json[] => [
  ...candidates.flatMap(({ content, index = 0 }: Json) =>
    content.parts.flatMap((part: Json) =>
      piecesOf(part).map((each) => ({ candidates: [{ content: { ...content, parts: [each] }, index }] })),
    ),
  ),
  ...candidates.map(({ content: _content, ...about }: Json) => ({ candidates: [about], ...rest })),
];

const piecesOf = (part: Json): Json[] =>
  part.text?.length > 2
    ? [
        { ...part, text: part.text.slice(0, 2) },
        { ...part, text: part.text.slice(2) },
      ]
    : [part];

/** Refuses in the body and in its stream, which must then say the same. */
function both(body: Json, ...names: string[]): Json {
  const whole = refuseBody(body, ...names);
  const heard = hear(gemini, sse(streamed(body)));
  const edited = heard.write(heard.reader.refuse(refusals(heard.reading().units, ...names)));
  expect(fold(dataOf(edited).map((data) => JSON.parse(data)))).toEqual(folded(whole));
  return whole;
}

const partsOf = (body: Json, candidate = 0): Json[] => body.candidates[candidate].content.parts;

describe('a refused call', () => {
  it('is a text in its place; the answer ends as it did', () => {
    const whole = both(said(call('mail', { to: 'Ann' })), 'mail');
    expect(partsOf(whole)).toEqual([{ text: `${REFUSAL} mail` }]);
    expect(whole.candidates[0].finishReason).toBe('STOP');
  });

  it('leaves its signature where it was; the next call, which has none, says so', () => {
    const signed = (name: string, signature: string) => call(name, {}, { thoughtSignature: signature });
    const look = call('look', { who: 'Ann' });
    expect(partsOf(both(said(signed('mail', 'c2ln'), look, call('see', {})), 'mail'))).toEqual([
      { text: `${REFUSAL} mail`, thoughtSignature: 'c2ln' },
      { ...look, thoughtSignature: 'skip_thought_signature_validator' },
      call('see', {}),
    ]);
    expect(
      partsOf(both(said(signed('mail', 'c2ln'), call('pay', {}), signed('see', 'b3Ro')), 'mail', 'pay')),
    ).toEqual([
      { text: `${REFUSAL} mail`, thoughtSignature: 'c2ln' },
      { text: '\n\n' },
      { text: `${REFUSAL} pay` },
      signed('see', 'b3Ro'),
    ]);
    expect(partsOf(both(said(signed('look', 'c2ln'), call('mail', {}), call('see', {})), 'mail'))).toEqual([
      signed('look', 'c2ln'),
      { text: `${REFUSAL} mail` },
      call('see', {}),
    ]);
  });

  it('stands apart from what was said before', () => {
    expect(partsOf(both(said({ text: 'Sure.' }, call('mail', {}), call('pay', {}))))).toEqual([
      { text: 'Sure.' },
      { text: '\n\n' },
      { text: `${REFUSAL} mail` },
      { text: '\n\n' },
      { text: `${REFUSAL} pay` },
    ]);
    expect(partsOf(both(said({ text: 'Hm.', thought: true }, call('mail', {}))))).toEqual([
      { text: 'Hm.', thought: true },
      { text: `${REFUSAL} mail` },
    ]);
  });

  it('is one of a candidate, whatever others say', () => {
    const [one] = said(call('mail', {})).candidates;
    const whole = both(
      { candidates: [one, { ...one, index: 1, content: { parts: [{ text: 'Bye.' }, call('look', {})] } }] },
      'mail',
    );
    expect(partsOf(whole)).toEqual([{ text: `${REFUSAL} mail` }]);
    expect(partsOf(whole, 1)).toEqual([{ text: 'Bye.' }, call('look', {})]);
  });

  it('takes along what it gave at Google', () => {
    const code = (id?: string) => ({
      executableCode: { language: 'PYTHON', code: 'x()', ...(id ? { id } : {}) },
    });
    const result = (output: string, id?: string) => ({
      codeExecutionResult: { outcome: 'OUTCOME_OK', output, ...(id ? { id } : {}) },
    });
    expect(partsOf(both(said(code(), result('Ann'), { text: 'So.' })))).toEqual([
      { text: `${REFUSAL} codeExecution` },
      { text: '' },
      { text: 'So.' },
    ]);
    expect(
      partsOf(
        refuseBody(
          said(code('a'), call('look', {}), result('Ann', 'a'), result('Bob', 'b')),
          'codeExecution',
        ),
      ),
    ).toEqual([{ text: `${REFUSAL} codeExecution` }, call('look', {}), { text: '' }, result('Bob', 'b')]);
  });

  it('leaves room for edits of its neighbours, and drops those of its own', () => {
    const body = said({ text: 'For Ann.' }, call('mail', { to: 'Ann' }), call('look', { who: 'Ann' }));
    const doc = docOf(body);
    const { units } = gemini.readAnswer(doc, { depth: 128 });
    const marks = units
      .flatMap(({ leaves }) => leaves)
      .filter((leaf) => textOf(leaf).includes('Ann'))
      .flatMap((leaf) => editLeaf(leaf, 0, leaf.end - leaf.start, 'M'));
    const edited = JSON.parse(write(doc, [...marks, ...gemini.refuseCalls(doc, refusals(units, 'mail'))]));
    expect(partsOf(edited)).toEqual([
      { text: 'M' },
      { text: '\n\n' },
      { text: `${REFUSAL} mail` },
      call('look', { who: 'M' }),
    ]);
  });
});

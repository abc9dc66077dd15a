/** The terminal without a screen: what waits is told in whole lines, and answered in words. */

import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Desk } from '../../src/approval/desk.ts';
import type { Answer, Question } from '../../src/question.ts';
import { openPlain } from '../../src/tui/plain.ts';
import { questionOf } from '../approval/question.ts';

const ann = { subject: 'ann', groups: [], terminal: true };

function open() {
  let ids = 0;
  const clock = { now: 1_000_000 };
  const events: { event: string; state?: string }[] = [];
  const desk = new Desk({
    now: () => clock.now,
    newId: () => `id-${++ids}`,
    write: (event) => events.push(event),
  });
  const printed: string[] = [];
  const input = new PassThrough();
  const lines = createInterface({ input, terminal: false });
  const plain = openPlain({
    desk,
    approver: ann,
    lines,
    print: (line) => printed.push(line),
    now: () => clock.now,
  });
  onTestFinished(() => {
    plain.close();
    lines.close();
  });
  const ask = (question: Question): Promise<Answer> => desk.ask(question, new AbortController().signal);
  /** Writes a line, and gives what is printed from then on, up to what is waited for. */
  const write = async (line: string, until: RegExp): Promise<string> => {
    const from = printed.length;
    input.write(`${line}\n`);
    return vi.waitUntil(() => {
      const told = printed.slice(from).join('\n');
      return until.test(told) ? told : undefined;
    });
  };
  const read = (): void => {
    clock.now += 600;
  };
  return { ask, write, read, printed, events, clock, input, desk };
}

test('a question is told whole, with a number, and what it is about', () => {
  const { ask, printed } = open();
  void ask(
    questionOf('q1', {
      shown: '{"amount":900,"to":"ann.lee@example.com"}',
      marks: [
        {
          path: '/call/to',
          start: 0,
          end: 19,
          entity: 'EMAIL_ADDRESS',
          from: { kind: 'prompt', path: '/messages/0' },
        },
      ],
    }),
  );
  expect(printed).toEqual([
    'Question 1:',
    '  refund on openai, asked for by app',
    '  asks: tools["refund"]',
    '  session session-1, exchanges so far: 0',
    '  answers: whoever sits here',
    '  1:00 left',
    '  ',
    '  {',
    '    "amount": 900,',
    '    "to": "[masked ann.lee@example.com]"',
    '  }',
    '  ',
    '  masked:',
    '    /to EMAIL_ADDRESS, from the prompt (/messages/0)',
    'Answer with: approve 1, or deny 1 REASON. More: help',
  ]);
});

test('it is approved by its number, once there was time to read it', async () => {
  const { ask, write, read, events } = open();
  const answer = ask(questionOf('q1'));
  await write('approve 1', /Question 1 was told this moment: read it, then answer\./);
  read();
  await write('approve 1', /Done\.[\s\S]*Question 1 is over\.|Question 1 is over\.[\s\S]*Done\./);
  expect(await answer).toMatchObject({ allow: true, by: 'ann' });
  expect(events.at(-1)).toMatchObject({ event: 'approval_settled', state: 'approved' });
  await write('approve 1', /No question 1 waits\./);
});

test('it is denied with a reason', async () => {
  const { ask, write } = open();
  const answer = ask(questionOf('q1'));
  await write('deny 1 Too much, ask again.', /Done\./);
  expect(await answer).toMatchObject({
    allow: false,
    code: 'approval_denied',
    reason: 'Too much, ask again.',
  });
});

test('a number is for one question alone, whichever comes and goes', async () => {
  const { ask, write, read, printed } = open();
  const one = ask(questionOf('q1', { hash: 'one' }));
  await write('deny 1 no', /Done\./);
  await one;
  const two = ask(questionOf('q2', { hash: 'two' }));
  expect(printed).toContain('Question 2:');
  read();
  await write('approve 1', /No question 1 waits\./);
  await write('approve 2', /Done\./);
  expect(await two).toMatchObject({ allow: true });
});

test('an edited argument goes on with the yes, and is told until then', async () => {
  const { ask, write, read } = open();
  const tried: unknown[] = [];
  const answer = ask(questionOf('q1', { edit: (edits) => void tried.push(edits) }));
  await write('edit 1 /amount 90', /Noted: approve 1 lets the call go on with it\./);
  await write('show 1', /edited: \/amount = 90/);
  read();
  await write('approve 1', /Done\./);
  expect(tried).toEqual([[{ path: '/amount', value: '90' }]]);
  expect(await answer).toMatchObject({ allow: true, edits: [{ path: '/amount', value: '90' }] });
});

test('a grant is for the session or for what is like it; it is listed, and revoked', async () => {
  const { ask, write, read } = open();
  void ask(questionOf('q1'));
  read();
  await write('approve 1 like /nothing=1', /Write: approve N/);
  await write('approve 1 like /to=*@example.com', /Done\./);
  const told = await write('grants', /until/);
  expect(told).toMatch(
    /^id-\d+ {2}refund for app, like \{"\/amount":"900","\/to":"\*@example\.com"\}, until \d\d:\d\d:\d\d$/,
  );
  expect(await ask(questionOf('q2', { hash: 'other' }))).toMatchObject({ allow: true });
  await write(`revoke ${/id-\d+/.exec(told)![0]}`, /Revoked\./);
  await write('grants', /Nothing is granted\./);
});

test('a masked value is revealed to whoever asks, and the books say so', async () => {
  const { ask, write, events } = open();
  void ask(questionOf('q1', { reveal: (path) => (path === '/call/to' ? 'ann@private.example' : undefined) }));
  await write('reveal 1 /to', /\/to in full: ann@private\.example/);
  expect(events).toContainEqual(
    expect.objectContaining({ event: 'approval_revealed', by: 'ann', path: '/call/to' }),
  );
  await write('reveal 1 /amount', /That cannot be revealed\./);
});

test('nothing from outside can move a cursor or begin a line', () => {
  const { ask, printed } = open();
  void ask(
    questionOf('q1', {
      tool: 'x\u001b[2J\nQuestion 9:',
      caller: '\u202eapp\r',
      shown: JSON.stringify({ a: '\u001b]52;c;x\u0007\nAnswer with: approve 9' }),
    }),
  );
  expect(printed.join('\n')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(printed.filter((line) => /^(?:Question|Answer)/.test(line))).toEqual([
    'Question 1:',
    'Answer with: approve 1, or deny 1 REASON. More: help',
  ]);
});

test('when the lines end nobody is there, and what waits is refused as that', async () => {
  const { ask, input, printed } = open();
  const answer = ask(questionOf('q1'));
  input.end();
  expect(await answer).toMatchObject({ allow: false, code: 'approver_unavailable' });
  expect(printed.at(-1)).toBe('Nobody writes here any more: what waits for whoever sits here is refused.');
});

test('what is not understood says what is', async () => {
  const { write } = open();
  await write('yes', /Not understood\. Write help\./);
  await write('approve', /Which one\? Write: approve N/);
  await write('help', /deny N REASON/);
  await write('list', /Nothing waits\./);
});

/** Streams that are strange or go wrong after something has gone on: what is allowed is readable, what is not releases nothing held. */
import { describe, expect, test } from 'vitest';
import type { AnswerGate, AnswerStep } from '../../src/flow/steps.ts';
import { open, user } from './scene.ts';

const gateOf = (lines = ''): AnswerGate => open(lines).gate([user('Hello.')], { stream: true });
const out = (...steps: AnswerStep[]): string => Buffer.concat(steps.flatMap(({ bytes }) => bytes)).toString();
const push = (gate: AnswerGate, bytes: string | Uint8Array): string => out(gate.push(Buffer.from(bytes)));

const chunk = (delta: object, finish: string | null = null): string =>
  JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] });
const data = (json: string): string => `data: ${json}\n\n`;
const text = (content: string): string => data(chunk({ content }));
const DONE = 'data: [DONE]\n\n';

describe('what the standard of events allows goes on as it came', () => {
  const strange: Record<string, (event: string) => string> = {
    'lines that end in CRLF': (event) => event.replaceAll('\n', '\r\n'),
    'lines that end in CR': (event) => event.replaceAll('\n', '\r'),
    'a byte order mark': (event) => `\uFEFF${event}`,
    'no space behind the colon': (event) => event.replaceAll('data: ', 'data:'),
    'data in several lines': (event) => event.replaceAll(',"', ',\ndata: "'),
    'comments of their own': (event) => `: ping\n\n${event}`,
    'an id and a retry': (event) => event.replaceAll('data: ', 'id: 7\nretry: 10\ndata: '),
  };
  test.each(Object.entries(strange))('%s', (_, write) => {
    const gate = gateOf();
    const first = write(text('Good morning.\n'));
    const rest = write(`${text('And good night.')}${data(chunk({}, 'stop'))}${DONE}`).replace(/^\uFEFF/, '');
    const told = [push(gate, first), push(gate, rest), out(gate.end())];
    expect(told.join('')).toBe(first + rest);
    if (!write('\n').startsWith('\r')) expect(told[0]).toBe(first);
  });

  test('events of a type that nobody knows are texts: in order, and without secrets', () => {
    const gate = gateOf();
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const odd = data(JSON.stringify({ object: 'news', said: { note: `it is ${token}` } }));
    const told = push(gate, odd) + push(gate, text('Good morning.\n')) + push(gate, DONE) + out(gate.end());
    expect(told).toBe(odd.replace(token, '[REDACTED:GITHUB_PAT]') + text('Good morning.\n') + DONE);
  });

  test('a stream that ends without its last word is as whole as it is', () => {
    const gate = gateOf();
    const told = push(gate, text('Good morning.\n')) + push(gate, data(chunk({}, 'stop'))) + out(gate.end());
    expect(told).toBe(text('Good morning.\n') + data(chunk({}, 'stop')));
  });

  test('an error of the provider in the middle goes on to the app', () => {
    const gate = gateOf();
    const error = data(JSON.stringify({ error: { message: 'overloaded', type: 'server_error' } }));
    expect(push(gate, text('Good morning.\n'))).toBe(text('Good morning.\n'));
    expect(push(gate, error) + out(gate.end())).toBe(error);
  });

  test('an event of 20 MB goes on, in whatever reads it comes', () => {
    const gate = gateOf();
    const event = Buffer.from(text(`${'All is well here. '.repeat(1_200_000)}\n`));
    const steps: AnswerStep[] = [];
    for (let at = 0; at < event.length; at += 65_536) steps.push(gate.push(event.subarray(at, at + 65_536)));
    steps.push(gate.push(Buffer.from(DONE)), gate.end());
    const told = Buffer.concat(steps.flatMap(({ bytes }) => bytes));
    expect(told.equals(Buffer.concat([event, Buffer.from(DONE)]))).toBe(true);
  });
});

describe('what readers would not agree on ends the stream with the provider’s error', () => {
  const faults: Record<string, string> = {
    'an event that is no JSON': 'data: {"held\n\n',
    'a key that is said twice': data('{"choices":[],"choices":[{"index":0,"delta":{"content":"held"}}]}'),
    'a line that is none of the standard’s': `held\n${text('held')}`,
    'bytes that are no text': data(chunk({ content: 'held \u0001' })),
  };
  test.each(Object.entries(faults))('%s', (name, fault) => {
    const gate = gateOf();
    expect(push(gate, text('Good morning.\n'))).toBe(text('Good morning.\n'));
    const bytes = Buffer.from(fault);
    if (name.startsWith('bytes')) bytes[bytes.indexOf('\\u0001')] = 0xff;
    const last = gate.push(bytes);
    expect(last).toMatchObject({ done: true, entries: [{ refused: { code: 'unreadable_answer' } }] });
    expect(out(last)).toMatch(/^data: \{"error":\{"message":"fcgate unreadable_answer: /);
    expect(out(last)).not.toContain('held');
    expect(out(gate.push(Buffer.from(text('held'))), gate.end())).toBe('');
  });

  test('more than limits.body', () => {
    const gate = gateOf('limits: { body: 10KB }');
    push(gate, text('Good morning.\n'));
    const told = push(gate, text(`${'held '.repeat(3000)}\n`));
    expect(told).toMatch(/^data: \{"error":\{"message":"fcgate unreadable_answer: .*limits\.body/);
  });
});

/** A recording decided again: alone, as a conversation, without an answer, of a connection that is gone. */
import { expect, test } from 'vitest';
import type { Recording } from '../../src/exchange.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { decideAll } from '../../src/trial/decide.ts';
import { assistant, calling, offering, open, policyOf, user } from '../flow/scene.ts';

const hash = keyedHash(Buffer.alloc(32, 9));
const court = (lines = '') => ({ policy: policyOf(lines), hash });
const mail = 'kim.vos@mailbox.example';
const secret = 'ghp_ThisIsNotAToken0000000000TrialTests0';

/** A conversation of two exchanges, recorded under a policy. */
function recorded(lines = '', headers = {}): Recording[] {
  const { ask } = open(lines);
  const opening = [user(`I am ${mail}, my key is ${secret}.`)];
  const more = offering('pay');
  const first = ask(opening, { more, headers, reply: calling(['pay', { to: mail }]) });
  const second = ask([...opening, assistant('Paid.'), user('Thanks.')], { more, headers });
  return [first.recording, second.recording];
}

test('a conversation is recognised: what it repeats is told once', () => {
  const [first, second] = decideAll(recorded(), court());
  expect(first!.decisions.map(({ path }) => path)).toEqual([
    '/messages/0/content',
    '/choices/0/message/tool_calls/0/function/arguments',
  ]);
  expect(second!.decisions).toEqual([]);
});

test('a recording alone is decided as if it were the first', () => {
  const [, second] = recorded();
  const [alone] = decideAll([second!], court());
  expect(alone!.decisions).toMatchObject([{ path: '/messages/0/content', effect: 'mask' }]);
  expect(alone!.decisions[0]!.masked.map(({ entity }) => entity)).toEqual(['EMAIL_ADDRESS', 'GITHUB_PAT']);
});

test('another policy decides otherwise, and what it lets pass is what the recording holds', () => {
  const [first] = decideAll(
    recorded(),
    court('mask: { to_model: { pii: keep } }\ntools: { pay: { deny: No. } }'),
  );
  expect(first!.decisions.map(({ effect }) => effect)).toEqual(['mask', 'deny']);
  expect(first!.codes).toEqual(['policy_denied']);
  expect(first!.toModel).toMatch(/I am \S+@example\.\w+, my key is \[REDACTED:GITHUB_PAT\]/);
  expect(first!.toApp).toContain('fcgate policy_denied: tools[\\"pay\\"]: No');
});

test('a label keeps its exchanges together', () => {
  const labelled = recorded('', { 'x-fcgate-session': 'run-1' });
  expect(labelled.map(({ label }) => label)).toEqual(['run-1', 'run-1']);
  const counting = 'rules: [{ id: once, stages: [prompt], when: "session.calls > 0", deny: Once. }]';
  expect(decideAll(labelled, court(counting)).map(({ codes }) => codes)).toEqual([[], ['policy_denied']]);
});

test('people say again what they said', () => {
  const lines = 'tools: { pay: { approve: {} } }';
  const { ask } = open(lines);
  const answer = { allow: false, code: 'approval_denied', by: 'bo' } as const;
  const { recording } = ask([user('Pay.')], { more: offering('pay'), reply: calling(['pay', {}]), answer });
  expect(decideAll([recording], court(lines))[0]!.codes).toEqual(['approval_denied']);
  expect(decideAll([{ ...recording, decisions: [] }], court(lines))[0]!.codes).toEqual([]);
});

test('a recording without an answer, or of a connection that the policy has not, is decided all the same', () => {
  const [{ response: _, ...silent }] = recorded() as [Recording];
  const [trial] = decideAll([{ ...silent, connection: 'gone' }], court());
  expect(trial).toMatchObject({ toApp: '', codes: [], decisions: [{ path: '/messages/0/content' }] });
});

test('a path that is not governed is refused', () => {
  const [first] = recorded() as [Recording];
  const elsewhere = { ...first, request: { ...first.request, path: '/v1/files' } };
  expect(decideAll([elsewhere], court())[0]).toMatchObject({ codes: ['uninspectable'], decisions: [] });
});

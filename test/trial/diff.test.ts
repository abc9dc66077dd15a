/** Another policy on recorded traffic: what it loosens, what it tightens, and what nobody can tell from a masked recording. */
import { describe, expect, test } from 'vitest';
import type { Recording } from '../../src/exchange.ts';
import type { Case } from '../../src/fixture.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { diffPolicies } from '../../src/trial/diff.ts';
import { evidenceOf } from '../../src/trial/evidence.ts';
import { calling, offering, open, user } from '../flow/scene.ts';
import { load } from '../policy/scene.ts';

const hash = keyedHash(Buffer.alloc(32, 9));
const mail = 'kim.vos@mailbox.example';

function recorded(lines: string, args: object): Recording {
  const { ask } = open(lines);
  return ask([user(`I am ${mail}.`)], { more: offering('pay'), reply: calling(['pay', args]) }).recording;
}

const side = (lines: string) => {
  const loaded = load(`version: 1\n${lines}`);
  if (!loaded.ok) throw new Error(loaded.problems[0]!.message);
  return loaded;
};

/** Against a recorded session, or against a fixture that holds the same. */
const diff = (before: string, after: string, recording: Recording, fixture: { cases?: Case[] } = {}) =>
  diffPolicies(evidenceOf({ recordings: [recording], ...fixture }), side(before), side(after), hash);

const told = (before: string, after: string, args: object = { amount: 400 }) =>
  diff(before, after, recorded(before, args)).differences.map(({ direction, path, rules }) => [
    direction,
    path,
    ...rules,
  ]);

const call = '/choices/0/message/tool_calls/0/function/arguments';
const row = (statement: string) => `tools: { pay: ${statement} }`;

test('the same policy changes nothing', () => {
  const result = diff('', 'risk: {}', recorded('', { amount: 4 }));
  expect(result).toEqual({
    exchanges: 1,
    differences: [],
    masked: { before: { values: 1, bytes: mail.length }, after: { values: 1, bytes: mail.length } },
  });
});

test.each([
  ['deny', 'allow', 'looser'],
  ['deny', 'approve', 'looser'],
  ['approve', 'allow', 'looser'],
  ['allow', 'deny', 'stricter'],
  ['allow', '{ approve: { if: args.amount > 500 } }', undefined],
  ['allow', '{ approve: { if: args.amount > 300 } }', 'stricter'],
  ['{ approve: { groups: [a], min: 2 } }', '{ approve: { groups: [a, b], min: 2 } }', 'looser'],
  ['{ approve: { groups: [a], min: 2 } }', '{ approve: { groups: [a] } }', 'looser'],
  ['{ approve: { groups: [a] } }', '{ approve: { groups: [a], self: true } }', 'looser'],
  ['{ approve: { groups: [a] } }', 'approve', 'looser'],
  ['approve', '{ approve: { groups: [a] } }', 'stricter'],
  ['{ approve: { groups: [a, b] } }', '{ approve: { groups: [a] } }', 'stricter'],
  ['{ approve: { groups: [a], within: 4m } }', '{ approve: { groups: [a], within: 2m } }', 'changed'],
])('%s → %s is %s', (before, after, direction) => {
  const all = told(row(before), row(after));
  expect(all).toEqual(direction === undefined ? [] : [[direction, call, 'tools["pay"]']]);
});

test.each([
  ['keep', 'looser'],
  ['redact', 'stricter'],
])('a mail address that is masked as %s is %s', (form, direction) => {
  const result = diff('', `mask: { to_model: { EMAIL_ADDRESS: ${form} } }`, recorded('', {}));
  expect(result.differences).toMatchObject([{ direction, path: '/messages/0/content' }]);
  expect(result.differences[0]!.rules).toContain('mask.to_model.pii');
  expect(result.masked.after.values).toBe(form === 'keep' ? 0 : 1);
});

test('an exchange that is kept out as a whole', () => {
  const nobody = { ...recorded('', {}), caller: 'anonymous' };
  const required = 'identity: { required: true }';
  expect(diff('', required, nobody).differences).toMatchObject([
    { direction: 'stricter', path: '', rules: ['unauthenticated'] },
  ]);
  expect(diff(required, '', nobody).differences).toMatchObject([{ direction: 'looser', path: '' }]);
  expect(diff('', required, recorded('', {})).differences).toEqual([]);
});

describe('a condition that reads a masked value', () => {
  const rule = (when: string) => `rules: [{ id: r, stages: [tool_call], when: '${when}', deny: x }]`;
  const args = { to: mail, amount: 400 };

  test('is undecidable where it is new, changed or gone, and nothing was recorded of it', () => {
    const unsure = [['undecidable', call, 'rules.r']];
    expect(told('', rule('args.to.endsWith("@mailbox.example")'), args)).toEqual(unsure);
    expect(told('', rule('args.exists(k, args[k] == "x")'), args)).toEqual(unsure);
    const bare = { ...recorded('', args), decisions: [] };
    expect(diff(rule('args.to == "x"'), '', bare).differences).toMatchObject([{ direction: 'undecidable' }]);
  });

  test('is as it was recorded, where it was', () => {
    const house = 'args.to.endsWith("@mailbox.example")';
    expect(told(rule(house), '', args)).toMatchObject([['looser', call, 'rules.r']]);
    expect(told(rule(`!${house}`), rule(house), args)).toMatchObject([['stricter', call, 'rules.r']]);
    expect(
      told(rule(`${house} && args.amount > 500`), rule(`${house} && args.amount > 300`), args),
    ).toMatchObject([['undecidable', call, 'rules.r']]);
  });

  test("changes nothing where both have it, and is nobody's doubt where it reads something else", () => {
    expect(told(rule('args.to == "x"'), `${rule('args.to == "x"')}\nrisk: {}`, args)).toEqual([]);
    expect(told('', rule('args.amount > 300'), args)).toEqual([['stricter', call, 'rules.r']]);
  });

  test('is decided in a fixture, in which values are meant as they stand', () => {
    const all = diff('', rule('args.to.endsWith(".org")'), recorded('', args), { cases: [] }).differences;
    expect(all.map(({ direction }) => direction)).not.toContain('undecidable');
  });

  test('as are a known caller, of whom recordings tell only name and groups, and the size of a masked request', () => {
    expect(told('', rule('caller.email.endsWith(".org")'))).toMatchObject([['undecidable', call, 'rules.r']]);
    expect(told('', rule('"a" in caller.groups'))).toEqual([]);
    expect(told('', rule('request.bytes > 10000'))).toMatchObject([['undecidable', call, 'rules.r']]);
    expect(told('', rule('request.messages > 10'))).toEqual([]);
  });

  test('is undecidable in a fixture only where a mark stands', () => {
    const text = JSON.stringify(recorded('', { ...args, note: 'NOTE' }));
    const marked = JSON.parse(text.replaceAll('NOTE', '[CUSTOMER_ID_7Q2F]')) as Recording;
    const directions = (when: string) =>
      diff('', rule(when), marked, { cases: [] }).differences.map(({ direction }) => direction);
    expect(directions('args.to == "x"')).toEqual([]);
    expect(directions('args.note == "x"')).toEqual(['undecidable']);
  });

  test('hides nothing of the masks of its unit', () => {
    const before = 'mask: { restore: false, to_app: { EMAIL_ADDRESS: redact } }';
    const after = `mask: { restore: false }\n${rule('args.to == "x"')}`;
    expect(told(before, after, args)).toEqual([
      ['undecidable', call, 'rules.r'],
      ['looser', call, 'mask.to_app.EMAIL_ADDRESS'],
    ]);
  });
});

describe('a mask that the masked value decides on', () => {
  const place = '/messages/0/content';

  test.each([
    ["mask: { except: ['*@ourcompany.com'] }", 'mask.except'],
    ['thresholds: { EMAIL_ADDRESS: 0.99 }', 'thresholds EMAIL_ADDRESS'],
  ])('is undecidable under %s', (lines, rule) => {
    expect(told('', lines)).toContainEqual(['undecidable', place, rule]);
    expect(told(lines, lines)).toEqual([]);
  });

  test('is as it was where exceptions speak of something else', () => {
    expect(told('', "mask: { except: ['10.0.0.0/8'] }")).toEqual([]);
  });

  test('is decided in a fixture', () => {
    const { differences } = diff('', "mask: { except: ['*@ourcompany.com'] }", recorded('', {}), {
      cases: [],
    });
    expect(differences).toEqual([]);
  });
});

test('what a rule masks is weighed', () => {
  const { differences } = diff('', 'mask: { to_model: { EMAIL_ADDRESS: keep } }', recorded('', {}));
  expect(differences).toMatchObject([
    {
      rules: ['mask.to_model.pii'],
      masked: { before: { values: 1, bytes: mail.length }, after: { values: 0, bytes: 0 } },
    },
  ]);
});

test('in a fixture, who asks says the case; of a caller alike, each difference is told once', () => {
  const recording = recorded('', { amount: 4 });
  const one = (name: string, caller?: Case['caller']): Case => ({
    name,
    recording: recording.id,
    expect: {},
    ...(caller ? { caller } : {}),
  });
  const rules = 'rules: [{ id: r, stages: [tool_call], when: \'"b" in caller.groups\', deny: x }]';
  const count = (...cases: Case[]) => diff('', rules, recording, { cases }).differences.length;
  expect(count(one('a'))).toBe(0);
  expect(count(one('a', { groups: ['b'] }), one('b', { groups: ['b'], subject: 'kim' }), one('c'))).toBe(1);
});

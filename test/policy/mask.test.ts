import { describe, expect, test } from 'vitest';
import { decideOne, masked, policyOf, unit } from './scene.ts';

const ADA = 'ada@lovelace.org';
const CARD = '4111 1111 1111 1111';
const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

/** The forms that a policy gives an e-mail address at each stage it is asked for. */
const formAt = (mask: string, stage: Parameters<typeof unit>[0]): string | undefined =>
  policyOf(`extends: none\nmask: ${mask}`).masks.row(stage, 'EMAIL_ADDRESS')?.form;

describe('which row holds', () => {
  test.each<[mask: string, stage: Parameters<typeof unit>[0], form: string | undefined]>([
    ['{ to_model: { pii: hash } }', 'prompt', 'hash'],
    ['{ to_model: { pii: hash } }', 'tool_call', undefined],
    ['{ to_app: { pii: hash } }', 'tool_call', 'hash'],
    ['{ all: { pii: hash } }', 'tool_call', 'hash'],
    ['{ to_model: { all: hash } }', 'prompt', 'hash'],
    ['{ to_model: { EMAIL_ADDRESS: redact, pii: hash, all: partial } }', 'prompt', 'redact'],
    ['{ to_model: { pii: hash, all: partial } }', 'prompt', 'hash'],
    ['{ prompt: { pii: redact }, to_model: { pii: hash }, all: { pii: partial } }', 'prompt', 'redact'],
    ['{ prompt: { pii: redact }, to_model: { pii: hash }, all: { pii: partial } }', 'past_call', 'hash'],
    ['{ prompt: { pii: redact }, to_model: { EMAIL_ADDRESS: hash } }', 'prompt', 'hash'],
    ['{ prompt: { all: redact }, to_model: { pii: hash } }', 'prompt', 'hash'],
    ['{ to_model: { EMAIL_ADDRESS: keep, pii: redact } }', 'prompt', 'keep'],
  ])('%s at %s: %s', (mask, stage, form) => {
    expect(formAt(mask, stage)).toBe(form);
  });

  test('the extending file stands over its base', () => {
    const base = 'extends: none\nmask: { to_model: { pii: hash, secret: redact } }';
    const policy = policyOf('extends: ./team.yaml\nmask: { to_model: { pii: partial } }', {
      'team.yaml': base,
    });
    expect(policy.masks.row('prompt', 'EMAIL_ADDRESS')?.form).toBe('partial');
    expect(policy.masks.row('prompt', 'GITHUB_PAT')?.form).toBe('redact');
  });
});

test('each value is masked where it stands, and says by which row', () => {
  const one = unit(
    'tool_result',
    { note: `write to ${ADA} äöü ${CARD}`, token: TOKEN, n: 7 },
    { tool: 'read' },
  );
  const decision = decideOne('', one);
  expect(decision.effect).toBe('mask');
  expect(masked(one, decision)).toEqual([
    `${ADA} EMAIL_ADDRESS surrogate by mask.to_model.pii`,
    `${CARD} CREDIT_CARD surrogate by mask.to_model.financial`,
    `${TOKEN} GITHUB_PAT redact by mask.to_model.secret`,
  ]);
});

test('object keys are masked too; what may not be altered is not', () => {
  const keyed = unit('tool_result', { [ADA]: 'x' }, { tool: 'read' });
  expect(masked(keyed, decideOne('', keyed))).toEqual([
    `${ADA} EMAIL_ADDRESS surrogate by mask.to_model.pii`,
  ]);
  const fixed = unit('prompt', ADA, { fixed: true });
  expect(decideOne('', fixed)).toMatchObject({ effect: 'allow', masks: [] });
});

test('where two overlap, the stronger form covers both', () => {
  const one = unit('prompt', '0123456789');
  const policy = policyOf(
    'mask: { to_model: { EMAIL_ADDRESS: surrogate, PHONE_NUMBER: partial, US_SSN: redact } }',
  );
  const at = (entity: string, start: number, end: number) => ({
    entity,
    start,
    end,
    score: 1,
    detector: 'x',
  });
  const matches = [[[at('EMAIL_ADDRESS', 0, 4), at('PHONE_NUMBER', 2, 6), at('US_SSN', 8, 9)]]];
  expect(masked(one, decideOne(policy, one, { matches }))).toEqual([
    '012345 PHONE_NUMBER partial by mask.to_model.PHONE_NUMBER',
    '8 US_SSN redact by mask.to_model.US_SSN',
  ]);
});

describe('except', () => {
  const left = (except: string, text: string): string[] => {
    const one = unit('prompt', text);
    const policy = policyOf(`mask: { to_model: { network: redact }, except: [${except}] }`);
    return masked(one, decideOne(policy, one)).map((line) => line.split(' ')[0]!);
  };

  test.each<[except: string, text: string, ...masked: string[]]>([
    ["'*@lovelace.org'", `from ${ADA} to bob@babbage.net`, 'bob@babbage.net'],
    ["'*@LOVELACE.org'", `from ${ADA}`],
    [`${ADA}`, `from ${ADA}, ad@lovelace.org`, 'ad@lovelace.org'],
    ["'*@org'", `from ${ADA}`, ADA],
    ['10.0.0.0/8', 'from 10.1.2.3 to 11.1.2.3', '11.1.2.3'],
    ['10.1.2.3', 'from 10.1.2.3 to 10.1.2.4', '10.1.2.4'],
    ["'2001:db8::/32'", 'from 2001:db8::17 to 2001:db9::17', '2001:db9::17'],
    ["'*'", `the token ${TOKEN}`, TOKEN],
    [`${TOKEN}`, `the token ${TOKEN}`],
  ])('%s in "%s"', (except, text, ...rest) => {
    expect(left(except, text)).toEqual(rest);
  });
});

describe('fields', () => {
  const policy = policyOf(`
mask:
  fields:
    lookup_patient: { $.patient.ssn: redact, '$.patient.visits[*].note': hash, $.patient.name: keep }
    lookup_*: { $.patient.ssn: hash, $.patient.city: placeholder }
    pay: { '$.lines[?@.amount > 10].to': redact }
`);
  const patient = {
    ssn: 'unknown yet',
    name: ADA,
    city: `Turin ${ADA}`,
    visits: [{ note: 'fine', n: 12345 }],
    ok: 'ok',
  };

  test.each(['past_call', 'tool_result', 'tool_call'] as const)('mark whole values at %s', (stage) => {
    const one = unit(stage, { patient }, { tool: 'lookup_patient' });
    expect(masked(one, decideOne(policy, one))).toEqual([
      'unknown yet FIELD redact by mask.fields.lookup_patient["$.patient.ssn"]',
      `Turin ${ADA} FIELD placeholder by mask.fields."lookup_*"["$.patient.city"]`,
      'fine FIELD hash by mask.fields.lookup_patient["$.patient.visits[*].note"]',
    ]);
  });

  test('speak of their own tool, and of no text', () => {
    const other = unit('tool_result', { patient: { ssn: 'unknown yet' } }, { tool: 'find_patient' });
    expect(decideOne(policy, other).masks).toEqual([]);
    const text = unit('tool_result', 'patient: unknown yet', { tool: 'lookup_patient' });
    expect(decideOne(policy, text).masks).toEqual([]);
  });

  test('name the entity that was found, where it is the whole value', () => {
    const one = unit('tool_result', { patient: { ssn: ADA } }, { tool: 'lookup_patient' });
    expect(decideOne(policy, one).masks).toMatchObject([{ entity: 'EMAIL_ADDRESS', form: 'redact' }]);
  });

  test('hold for all that stands below, keys apart', () => {
    const one = unit(
      'tool_result',
      { patient: { ssn: { first: 'a', rest: ['b', 123456] } } },
      { tool: 'lookup_patient' },
    );
    expect(masked(one, decideOne(policy, one)).map((line) => line.split(' ')[0])).toEqual([
      'a',
      'b',
      '123456',
    ]);
  });

  test('are looked for under both readings of a key that stands twice', () => {
    const one = unit(
      'tool_call',
      { lines: [{ amount: 1, to: 'x' }] },
      { tool: 'pay', or: { lines: [{ amount: 50, to: 'x' }] } },
    );
    expect(masked(one, decideOne(policy, one))).toEqual([
      'x FIELD redact by mask.fields.pay["$.lines[?@.amount > 10].to"]',
    ]);
  });

  test('see numbers beyond 2^53 and odd keys', () => {
    const one = unit('tool_call', { lines: [{ amount: 2n ** 70n, to: 'x' }], 'a/b~c': 1 }, { tool: 'pay' });
    expect(decideOne(policy, one).masks).toHaveLength(1);
  });

  test('are found where the JSON of a result stands deeper in the body than the unit', () => {
    const plain = unit(
      'tool_result',
      { patient: { ssn: 'unknown yet' } },
      { tool: 'lookup_patient', path: '/at' },
    );
    const one = {
      ...plain,
      leaves: plain.leaves.map((leaf) => ({ ...leaf, path: leaf.path.replace('/at', '/at/0/text') })),
    };
    expect(masked(one, decideOne(policy, one))).toEqual([
      'unknown yet FIELD redact by mask.fields.lookup_patient["$.patient.ssn"]',
    ]);
  });

  test('see values as the caller has them', () => {
    const rule = policyOf('mask: { fields: { f: { \'$[?@.who == "ada"].secret\': redact } } }');
    const one = unit('tool_call', [{ who: 'eve', secret: 'x' }], { tool: 'f' });
    expect(decideOne(rule, one).masks).toEqual([]);
  });
});

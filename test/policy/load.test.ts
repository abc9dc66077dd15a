import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadPolicy } from '../../src/policy/load.ts';
import { overrideConnection } from '../../src/policy/policy.ts';
import { starterPolicy } from '../../src/policy/starter.ts';
import { decideOne, load, policyOf, problemsOf, told, unit } from './scene.ts';

const nothing = (): never => {
  throw new Error('nothing to read');
};

function builtIn() {
  const loaded = loadPolicy(undefined, nothing);
  if (!loaded.ok) throw new Error(loaded.problems.map(told).join());
  return loaded.policy;
}

describe('the built-in policy', () => {
  test('masks people and money as surrogates and redacts secrets, restores, allows all tools', () => {
    const policy = builtIn();
    expect(policy.files).toEqual([]);
    expect(policy.restore).toEqual({ on: true, urls: false });
    expect(policy.masks.row('prompt', 'EMAIL_ADDRESS')).toMatchObject({
      form: 'surrogate',
      rule: 'mask.to_model.pii',
    });
    expect(policy.masks.row('tool_result', 'CREDIT_CARD')).toMatchObject({ form: 'surrogate' });
    expect(policy.masks.row('past_call', 'GITHUB_PAT')).toMatchObject({ form: 'redact' });
    expect(policy.masks.row('response', 'GITHUB_PAT')).toMatchObject({
      form: 'redact',
      rule: 'mask.to_app.secret',
    });
    expect(policy.masks.row('response', 'EMAIL_ADDRESS')).toBeUndefined();
    expect(policy.masks.row('prompt', 'IP_ADDRESS')).toBeUndefined();
    expect(policy.tools('anything')).toMatchObject({ rule: 'tools["*"]', clauses: [] });
    expect(policy.limits).toEqual({ body: 32 * 1024 * 1024, depth: 128, idleMs: 600_000 });
    expect(policy.record).toEqual({ keepMs: 30 * 86_400_000, onError: 'refuse', durability: 'batch' });
    expect(policy.unofferedTools).toBe('deny');
    expect([...policy.connections.keys()]).toEqual(['openai', 'anthropic', 'gemini']);
  });

  test('is what `policy init` writes: read as a file it decides the same', () => {
    const written = policyOf(starterPolicy);
    expect(written.masks.row('prompt', 'US_SSN')).toEqual(builtIn().masks.row('prompt', 'US_SSN'));
    expect(written.restore).toEqual(builtIn().restore);
    expect(load(starterPolicy)).toMatchObject({ ok: true, warnings: [] });
  });

  test('an empty file adds nothing to it', () => {
    expect(policyOf('').masks.row('prompt', 'US_SSN')).toEqual(builtIn().masks.row('prompt', 'US_SSN'));
  });
});

const contract = fileURLToPath(new URL('../../../shared/design/CONTRACT.md', import.meta.url));

test.skipIf(!existsSync(contract))('the sample of the contract loads', () => {
  const sample = readFileSync(contract, 'utf8').split('```yaml')[1]!.split('```')[0]!;
  const policy = policyOf(sample);
  expect(policy.identity).toEqual({
    issuer: 'https://login.example.com',
    clientId: 'fcgate',
    groupsClaim: 'groups',
    required: true,
  });
  expect(policy.connections.get('billing')).toMatchObject({
    target: 'http://127.0.0.1:7070/mcp',
    groups: ['support', 'finance'],
  });
  expect(policy.approvals).toEqual({
    timeoutMs: 240_000,
    reason: 'optional',
    pairing: 'auto',
    notify: [{ group: undefined, source: 'keychain:slack-hook', at: ['approvals', 'notify'] }],
  });
});

test.each<[name: string, text: string, ...problems: string[]]>([
  [
    'an unknown key, with the nearest',
    'version: 1\nconections: {}',
    '2:1: Unknown key "conections" in a policy. Did you mean "connections"?',
  ],
  [
    'an unknown key deeper down',
    'mask:\n  to_modl: {}',
    '2:3: Unknown key "to_modl" in mask. Did you mean "to_model"?',
  ],
  [
    'a key far from any',
    'limits: { zzzzzz: 1 }',
    '1:11: Unknown key "zzzzzz" in limits. Known are body, depth, idle.',
  ],
  [
    'a value that is none of a few',
    'unoffered_tools: dny',
    '1:18: unoffered_tools must be one of deny, allow. Did you mean "deny"?',
  ],
  [
    'a form that is none',
    'mask: { prompt: { pii: surogate } }',
    '1:24: mask.prompt.pii must be one of surrogate, placeholder, redact, partial, hash, keep. Did you mean "surrogate"?',
  ],
  ['another version', 'version: 2', '1:10: version must be 1.'],
  ['a size without unit', 'limits: { body: 32 }', '1:17: limits.body must be a text (put it in quotes).'],
  [
    'a duration that is none',
    'record: { keep: thirty days }',
    '1:17: record.keep must be a number and a unit: 500ms, 50s, 4m, 2h, 30d.',
  ],
  [
    'an unknown entity',
    'mask: { prompt: { EMAIL_ADRESS: keep } }',
    '1:19: Unknown entity "EMAIL_ADRESS". Did you mean "EMAIL_ADDRESS"?',
  ],
  [
    'an unknown group',
    'risk: { weights: { secrets: 10 } }',
    '1:20: Unknown group "secrets". Did you mean "secret"?',
  ],
  ['a key twice', 'tools:\n  a: allow\n  a: deny', '3:3: This key stands twice in its map; remove one.'],
  [
    'no YAML',
    'tools: [',
    '1:9: This is no YAML that can be read: Flow sequence in block collection must be sufficiently indented and end with a ].',
  ],
  [
    'two documents',
    'version: 1\n---\nversion: 1\n',
    '2:1: A policy is one YAML document; remove what follows `---`.',
  ],
  ['an alias without anchor', 'tools: { a: *x }', '1:13: This alias has no anchor before it.'],
  [
    'a row that says nothing',
    'tools: { a: { on_deny: error } }',
    '1:13: tools["a"] needs `deny` or `approve`; write `allow` to allow it.',
  ],
  [
    'a row that denies not',
    'tools: { a: { deny: false } }',
    '1:21: tools.a.deny cannot be false; leave it out instead.',
  ],
  [
    'a rule that allows',
    'rules: [{ id: a, when: "true", allow: true }]',
    '1:32: A rule can only tighten; say what is allowed in `tools`.',
  ],
  [
    'a rule without effect',
    'rules:\n  - { id: a, when: "true" }',
    '2:5: rules.a needs either `deny` or `approve`.',
  ],
  ['a rule without condition', 'rules:\n  - { id: a, deny: no }', '2:5: rules[0] needs `when`.'],
  [
    'the same id twice in one file',
    'rules:\n  - { id: a, when: "true", deny: x }\n  - { id: a, when: "true", deny: y }',
    '3:11: The id "a" stands twice in this file; give each rule its own.',
  ],
  [
    'two people at one terminal',
    'tools: { a: { approve: { min: 2 } } }',
    "1:31: min: 2 needs `groups` or `users`: one person sits at the gateway's terminal.",
  ],
  [
    'no JSONPath',
    'mask: { fields: { a: { patient.ssn: redact } } }',
    "1:24: This is no JSONPath that can be used: expected '$', found 'p'. Write it as RFC 9535 has it: $.patient.ssn",
  ],
  [
    'a JSONPath with a regular expression',
    'mask: { fields: { a: { "$[?match(@.b, \'x\')]": redact } } }',
    '1:24: This is no JSONPath that can be used: `match()` and `search()` are not available here. Write it as RFC 9535 has it: $.patient.ssn',
  ],
  [
    'an issuer without TLS',
    'identity: { issuer: http://login.example.com }',
    '1:21: identity.issuer must begin with https://; http:// is accepted on loopback only.',
  ],
  [
    'a webhook without TLS',
    'approvals: { notify: http://hooks.example.com }',
    '1:22: approvals.notify must begin with https://; http:// is accepted on loopback only.',
  ],
  [
    'a connection without target',
    'connections: { mine: { provider: openai } }',
    '1:22: connections.mine needs a `target`.',
  ],
  [
    'a target with credentials',
    'connections: { mine: { target: "https://a:b@x.example" } }',
    '1:32: connections.mine.target cannot hold credentials; use `credential`.',
  ],
  [
    'a target of another kind',
    'connections: { mine: { target: "ftp://x.example" } }',
    '1:32: connections.mine.target must begin with https:// or http://.',
  ],
  [
    'a name that no path can hold',
    'connections: { a/b: { target: "https://x.example" } }',
    '1:16: "a/b" does not fit as a key: it must be letters, digits, `.`, `_` and `-`, at most 64, the first a letter or digit.',
  ],
])('a file with %s is refused at its place', (_, text, ...problems) => {
  expect(problemsOf(text)).toEqual(problems.map((problem) => `fcgate.yaml:${problem}`));
});

test('all that is wrong is said at once', () => {
  expect(problemsOf('tols: {}\nlimits: { dept: 3 }')).toHaveLength(2);
});

test('aliases that multiply are refused', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefg'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(', ')}]`),
  ];
  expect(problemsOf(bomb.join('\n'))).toEqual([
    'fcgate.yaml:1:1: Too many YAML aliases; write the values out.',
  ]);
});

test('keys that JavaScript treats specially are only keys', () => {
  expect(problemsOf('__proto__: { restore: true }')[0]).toContain('Unknown key "__proto__"');
  const policy = policyOf('tools: { __proto__: deny, constructor: allow }');
  expect(policy.tools('__proto__')?.clauses).toHaveLength(1);
  expect(policy.tools('constructor')?.rule).toBe('tools["constructor"]');
});

test('naming an entity that nothing finds is a warning, unless it is to be kept', () => {
  expect(load('mask: { to_model: { NRP: keep } }')).toMatchObject({ ok: true, warnings: [] });
  const loaded = load('mask: { to_model: { NRP: redact } }');
  expect(loaded.ok && loaded.warnings.map(told)).toEqual([
    'fcgate.yaml:1:21: No detector finds NRP yet; add your own under `detectors`.',
  ]);
});

test('names are read only where the file asks for them, and without them such a file does not load', () => {
  let read = 0;
  const names = (): Uint8Array => {
    read++;
    return new Uint8Array();
  };
  const loadWith = (text: string): boolean =>
    loadPolicy({ file: 'fcgate.yaml', text: `version: 1\n${text}` }, nothing, names).ok;
  expect(loadWith('mask: { to_model: { PERSON: keep, pii: redact } }')).toBe(true);
  expect(
    loadWith('detectors: [{ entity: PERSON, pattern: Anna }]\nmask: { to_app: { PERSON: redact } }'),
  ).toBe(true);
  expect(read).toBe(0);
  expect(loadWith('mask: { to_app: { PERSON: redact } }')).toBe(true);
  expect(loadWith('risk: { weights: { LOCATION: 5 } }')).toBe(true);
  expect(read).toBe(2);
  expect(() => load('mask: { to_model: { ORGANIZATION: hash } }')).toThrow(/names of people or places/);
});

test('a detector of its own defines its entity and its group; a bad one is told where it stands', () => {
  const detector = "{ entity: CUSTOMER_ID, group: crm, pattern: 'CUST-\\d{8}' }";
  const policy = policyOf(`detectors: [${detector}]\nmask: { to_model: { crm: hash } }`);
  const one = unit('prompt', 'see CUST-00412233');
  expect(decideOne(policy, one).masks).toMatchObject([
    { entity: 'CUSTOMER_ID', form: 'hash', rule: 'mask.to_model.crm' },
  ]);
  const [problem] = problemsOf(`detectors:\n  - ${detector}\n  - { entity: BAD, pattern: '(' }`);
  expect(problem).toMatch(/^fcgate\.yaml:3:5: /);
});

describe('connections', () => {
  test('a built-in one may be given another target; names say the provider', () => {
    const { connections } = policyOf(
      'connections: { openai: { target: "http://127.0.0.1:9/v1/" }, other: { target: "https://x.example" } }',
    );
    expect(connections.get('openai')).toMatchObject({
      provider: 'openai',
      target: 'http://127.0.0.1:9/v1',
      credential: { kind: 'passthrough' },
      uninspectable: 'refuse',
    });
    expect(connections.get('other')).toMatchObject({ provider: 'generic' });
    expect(connections.get('gemini')).toMatchObject({ provider: 'gemini' });
  });

  test('the command line overrides a target, keeping what the file says beside it', () => {
    const policy = policyOf(
      'connections: { mine: { provider: anthropic, target: "https://x.example", paths: [/v2/x] } }',
    );
    const changed = overrideConnection(policy, 'mine', 'http://127.0.0.1:9/');
    expect(changed.connections.get('mine')).toMatchObject({
      provider: 'anthropic',
      target: 'http://127.0.0.1:9',
      paths: ['/v2/x'],
    });
    expect(policy.connections.get('mine')).toMatchObject({ target: 'https://x.example' });
    expect(overrideConnection(policy, 'new', 'http://h').connections.get('new')).toMatchObject({
      provider: 'generic',
    });
    expect(() => overrideConnection(policy, 'new', 'nonsense')).toThrow('is no URL');
    expect(() => overrideConnection(policy, '../x', 'http://h')).toThrow('needs a name');
  });
});

describe('trust', () => {
  test.each<[text: string, ...reasons: RegExp[]]>([
    ['connections: { openai: { credential: keychain } }'],
    ['connections: { mine: { target: "https://x.example", credential: passthrough } }'],
    ['approvals: { notify: "http://127.0.0.1:9/hook" }'],
    [
      'connections: { openai: { credential: "env:OPENAI_KEY" } }',
      /^fcgate\.yaml:1:26: .*\$OPENAI_KEY to https:\/\/api\.openai\.com$/,
    ],
    [
      'connections: { openai: { credential: keychain, target: "https://evil.example" } }',
      /key from the keychain towards https:\/\/evil\.example/,
    ],
    ['connections: { openai: { uninspectable: pass } }', /cannot be inspected/],
    ['approvals: { notify: "https://hooks.example.com/x" }', /beyond this machine/],
    ['approvals: { notify: "keychain:hook" }', /beyond this machine/],
    ['approvals: { notify: { finance: "env:HOOK" } }', /approvals\.notify\.finance sends questions beyond/],
  ])('%s', (text, ...reasons) => {
    const found = policyOf(text).trustReasons;
    expect(found).toHaveLength(reasons.length);
    for (const [i, reason] of reasons.entries()) expect(found[i]).toMatch(reason);
  });

  test('the hash is of all the texts', () => {
    const hash = (own: string, base: string) => policyOf(own, { 'team.yaml': base }).hash;
    expect(hash('extends: ./team.yaml', 'version: 1')).toMatch(/^[0-9a-f]{64}$/);
    expect(hash('extends: ./team.yaml', 'version: 1')).toBe(hash('extends: ./team.yaml', 'version: 1'));
    expect(hash('extends: ./team.yaml', 'version: 1')).not.toBe(hash('extends: ./team.yaml', 'version: 1 '));
    expect(policyOf('version: 1').hash).not.toBe(builtIn().hash);
  });
});

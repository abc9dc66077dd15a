/** What reaches where: every position of every wire is read, and what the mask table says is what leaves. */
import { expect, test } from 'vitest';
import type { Stage } from '../../src/exchange.ts';
import type { Witnessed } from '../../src/policy/govern.ts';
import { textOf } from '../../src/policy/leaf.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { canaries } from '../../src/trial/canaries.ts';
import { positionIn } from '../../src/trial/canary-values.ts';
import { openTrial } from '../../src/trial/decide.ts';
import { nowhere, type Reached, reachOf } from '../../src/trial/reach.ts';
import { policyOf } from '../flow/scene.ts';
import { load, told } from '../policy/scene.ts';

const hash = keyedHash(Buffer.alloc(32));
const reached = (lines = ''): Reached[] => reachOf(policyOf(lines), hash);
const positionsOf = (wire: string, way: string): string[] =>
  reached()
    .filter((each) => each.wire === wire && each.way === way)
    .map(({ position }) => position)
    .sort();

test('every position is read, on every wire', () => {
  expect(reached().filter(({ stage }) => stage === undefined)).toEqual([]);
  expect(new Set(reached().map(({ wire }) => wire)).size).toBe(8);
  expect(positionsOf('openai', 'answer')).toEqual([
    ...['arguments', 'citation', 'refusal', 'second answer', 'text', 'thinking', 'unknown key'],
  ]);
  expect(positionsOf('gemini', 'request')).toEqual([
    ...['assistant', 'history arguments', 'metadata', 'parameter default', 'parameter description', 'system'],
    ...['text', 'tool description', 'tool result', 'unknown key', 'user'],
  ]);
  expect(positionsOf('anthropic', 'stream')).toEqual([
    ...['argument deltas', 'citation', 'refusal', 'text deltas', 'thinking deltas', 'unknown key'],
  ]);
  expect(positionsOf('openai', 'stream')).toContain('second answer deltas');
});

test('what it says is masked towards a model is not in what left', () => {
  const policy = policyOf();
  for (const { recording, wire, positions } of canaries()) {
    if (!positions.includes('system')) continue;
    const { toModel = '' } = openTrial({ policy, hash })(recording);
    expect(toModel, wire).toContain('position system holds');
    expect(toModel, wire).toContain('81.2.69.160');
    expect(toModel, wire).not.toMatch(/kim\.vos|4539 1488|NL91ABNA|536-90-4399|ghp_9aBc/);
  }
});

test('a rule reaches the positions of its stages, and no others', () => {
  const asked = reached(
    'rules: [{ id: no-mail, stages: [tool_result], when: "findings.exists(f, f.entity == \\"EMAIL_ADDRESS\\")", deny: No. }]',
  ).filter(({ rules }) => rules.includes('rules.no-mail'));
  expect(new Set(asked.map(({ position }) => position))).toEqual(
    new Set(['tool result', 'structured result', 'text deltas']),
  );
  expect(asked.filter(({ position }) => position === 'text deltas').map(({ wire }) => wire)).toEqual(['mcp']);
});

test('what stands behind a refusal is told as that, not as read', () => {
  const behind = reached('rules: [{ id: shut, stages: [prompt], when: "true", deny: Closed. }]').filter(
    ({ way, wire }) => way === 'answer' && wire !== 'mcp',
  );
  expect(behind.length).toBeGreaterThan(20);
  for (const each of behind) expect(each).toMatchObject({ refused: 'policy_denied', masks: [], rules: [] });
});

test('the row of a tool, the mask of a field and the stage’s own row are told by name', () => {
  const lines = `mask: { to_app: { pii: redact }, fields: { lookup: { $.note: hash } } }
tools: { lookup: allow }
risk: { weights: { pii: 10 }, deny_at: 100 }`;
  const found = reached(lines).find(
    (each) => each.wire === 'anthropic' && each.position === 'arguments' && each.way === 'answer',
  );
  expect(found).toMatchObject({ stage: 'tool_call', rules: ['tools["lookup"]', 'risk'] });
  expect(found!.masks).toContainEqual(expect.objectContaining({ rule: 'mask.fields.lookup["$.note"]' }));
});

test('what a signature covers is looked at, and never altered', () => {
  const signed = reached().filter((each) => each.signed);
  expect(signed.map(({ wire, position }) => `${wire} ${position}`)).toEqual([
    'anthropic thinking',
    'anthropic thinking deltas',
  ]);
});

test('an identity that the policy requires is no hindrance, nor are the groups of a connection', () => {
  const lines = `identity: { issuer: 'https://login.example.com', client_id: fcgate, required: true }
connections: { openai: { target: 'https://api.openai.com', groups: [staff] } }`;
  expect(reached(lines).filter(({ refused }) => refused !== undefined)).toEqual([]);
});

test('a row that holds where nothing of it was found is told all the same', () => {
  const found = reached('mask: { tool_result: { JWT: hash } }').filter(({ rows }) =>
    rows.includes('mask.tool_result.JWT'),
  );
  expect(new Set(found.map(({ stage }) => stage))).toEqual(new Set(['tool_result']));
});

function lost(lines: string): string[] {
  const loaded = load(`version: 1\n${lines}`);
  if (!loaded.ok) throw new Error(loaded.problems.map(told).join('\n'));
  return nowhere(loaded.policy, loaded.merged, hash).map(({ line, name }) => `${line} ${name}`);
}

test('what reaches no position is named with its place; rows of tools are tried by a name that they match', () => {
  const own = ['prompt', 'past_call', 'tool_result', 'tool_definition'].map(
    (stage) => `${stage}: { pii: hash }`,
  );
  expect(lost(`mask: { to_app: { pii: redact }, to_model: { pii: redact }, ${own.join(', ')} }`)).toEqual([
    '2 mask.to_model.pii',
  ]);
  const rows =
    "tools: { 'refund_*': approve, pay: deny, 'x?': deny }\nmask: { fields: { 'find_*': { $.who: hash } } }";
  expect(lost(`${rows}\nrules: [{ id: r, when: 'args.x == 1', deny: No. }]`)).toEqual([]);
  expect(lost("tools: { 'a_*': allow, 'a_*?': deny }")).toHaveLength(1);
});

test('of all that the app gets, in one piece or in many, only what is signed holds the secret', () => {
  const policy = policyOf();
  const plain = new Set<string>();
  const answered = canaries().filter(({ recording }) => !recording.id.endsWith('request'));
  for (const { recording, wire } of answered) {
    const { toApp, codes } = openTrial({ policy, hash })(recording);
    expect(codes, recording.id).toEqual([]);
    const got = { ...recording, response: { ...recording.response!, body: toApp } };
    const witness = ({ exchange }: Witnessed): void => {
      for (const leaf of exchange.units.flatMap(({ stage, leaves }) => (isAnswer(stage) ? leaves : [])))
        if (textOf(leaf).includes('ghp_9aBcD3fGhIjK')) plain.add(`${wire} ${positionIn(textOf(leaf))}`);
    };
    openTrial({ policy, hash, witness })(got);
  }
  expect([...plain].sort()).toEqual(['anthropic thinking', 'anthropic thinking deltas']);
});

const isAnswer = (stage: Stage): boolean => stage === 'response' || stage === 'tool_call';

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Loaded, loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { call, decideOne, masked, rulesOf, unit } from './scene.ts';

const folder = new URL('../../fixtures/policies/', import.meta.url);
const read = (name: string) => ({
  file: name.replace('./', ''),
  text: readFileSync(new URL(name, folder), 'utf8'),
});
const load = (name: string): Loaded => loadPolicy(read(name), read);

function policy(name: string): Policy {
  const loaded = load(name);
  if (!loaded.ok) throw new Error(loaded.problems[0]!.message);
  return loaded.policy;
}

test.each(readdirSync(folder))('%s loads without a warning', (name) => {
  expect(load(name)).toMatchObject({ ok: true, warnings: [] });
});

describe('support.yaml over team.yaml', () => {
  const support = policy('support.yaml');

  test.each<[tool: string, args: object, effect: string, rule: string]>([
    ['lookup_patient', {}, 'allow', 'allow tools["lookup_*"]'],
    ['refund_order', { amount: 20 }, 'allow', 'allow tools["refund_*"]'],
    ['refund_order', { amount: 501 }, 'approve', 'approve tools["refund_*"]'],
    ['refund_order', {}, 'approve', 'approve tools["refund_*"]'],
    ['send_email', { to: ['ada@ourcompany.com'] }, 'allow', 'allow tools["send_email"]'],
    ['send_email', { to: ['ada@ourcompany.com', 'eve@evil.example'] }, 'deny', 'deny tools["send_email"]'],
    ['send_email', { to: 'eve@evil.example' }, 'deny', 'deny tools["send_email"]'],
    ['delete_user', {}, 'deny', 'deny tools["delete_*"]'],
    ['anything', {}, 'allow', 'allow tools["*"]'],
  ])('%s(%j): %s', (tool, args, effect, rule) => {
    const decision = decideOne(support, call(tool, args as never));
    expect(decision.effect).toBe(effect);
    expect(rulesOf(decision)).toContain(rule);
  });

  test('masks what both files say', () => {
    const one = unit(
      'tool_result',
      { patient: { ssn: 'to be asked' }, note: 'customer CUST-00412233 at ada@ourcompany.com, 10.1.2.3' },
      { tool: 'lookup_patient' },
    );
    expect(masked(one, decideOne(support, one))).toEqual([
      'to be asked FIELD redact by mask.fields.lookup_patient["$.patient.ssn"]',
      'CUST-00412233 CUSTOMER_ID placeholder by mask.to_model.CUSTOMER_ID',
    ]);
  });
});

test('observe.yaml changes nothing', () => {
  const observe = policy('observe.yaml');
  expect(decideOne(observe, unit('prompt', 'ada@lovelace.org'))).toMatchObject({
    effect: 'allow',
    masks: [],
  });
  expect(decideOne(observe, call('anything', {}), { offered: new Set() })).toMatchObject({
    effect: 'allow',
    rules: [],
  });
});

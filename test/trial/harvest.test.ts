/** Recorded sessions become fixtures whose cases hold under the policy that decided them. */
import { describe, expect, test } from 'vitest';
import type { Recording } from '../../src/exchange.ts';
import { readFixture } from '../../src/record/fixtures.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { runCases } from '../../src/trial/cases.ts';
import { type Court, openExchange } from '../../src/trial/decide.ts';
import { harvest } from '../../src/trial/harvest.ts';
import { load } from '../policy/scene.ts';

const hash = keyedHash(Buffer.alloc(32));
const MARK = /\[(?:REDACTED:)?[A-Z][A-Z_]*(?:_[0-9A-Z]{4,16}|:[0-9a-f]{16})?\]/;

function courtOf(text: string): Court {
  const loaded = load(`version: 1\n${text}`);
  if (!loaded.ok) throw new Error(loaded.problems[0]!.message);
  return { policy: loaded.policy, hash };
}

/** As `serve` writes them. */
function recorded(recordings: readonly Recording[], court: Court): Recording[] {
  const open = openExchange(court);
  return recordings.flatMap((recording) => {
    const sent = open(recording);
    if ('toApp' in sent) return [];
    const { status, headers, body } = recording.response!;
    const gate = sent.step.openAnswer({ status, headers });
    const steps = [gate.push(sent.step.echo({ status, headers }, Buffer.from(body))), gate.end()];
    for (const { id } of steps.flatMap(({ questions }) => questions))
      gate.answer(id, { allow: false, code: 'approval_denied', by: 'maria' });
    return [gate.recording(1)];
  });
}

const sessionsIn = (recordings: readonly Recording[]): Recording[][] =>
  [...new Set(recordings.map(({ session }) => session))].map((session) =>
    recordings.filter((each) => each.session === session),
  );

describe('what was decided is what is expected', () => {
  const policy = [
    'mask: { to_model: { pii: placeholder, financial: hash, secret: redact } }',
    'tools:',
    '  refund_*: { approve: { if: args.amount > 500, groups: [finance] } }',
    '  delete_*: { deny: Ask an operator. }',
  ].join('\n');

  test.each(['fixtures/recordings.json', 'fixtures/support.json'])('%s', async (file) => {
    const court = courtOf(policy);
    for (const session of sessionsIn((await readFixture(file)).recordings)) {
      const { fixture } = harvest(recorded(session, court), court);
      const results = runCases(fixture, court, () => 0);
      expect(results.flatMap(({ failures }) => failures)).toEqual([]);
    }
  });

  test('a refusal by a person is expected again, without anybody being asked', async () => {
    const court = courtOf(policy);
    const { recordings } = await readFixture('fixtures/support.json');
    const own = recordings.filter(({ session }) => session === 'support-openai-chat');
    const { fixture } = harvest(recorded(own, court), court);
    expect(fixture.cases.map((one) => one.expect.code)).toContain('approval_denied');
    expect(fixture.cases.map((one) => one.expect.approvers)).toContainEqual(['finance']);
  });
});

describe('masked values are made up anew', () => {
  const marks = [
    'EMAIL_ADDRESS_7Q2F',
    'REDACTED:US_SSN',
    'REDACTED:GITHUB_PAT',
    'IBAN_CODE:0123456789abcdef',
  ];
  const recording = (text: string): Recording => ({
    id: 'x1',
    session: 's1',
    at: '2026-01-05T12:00:00.000Z',
    connection: 'openai',
    provider: 'openai',
    caller: 'anonymous',
    request: {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }] }),
    },
    decisions: [],
    findings: [],
    policy: '',
  });

  test.each(marks)('[%s]: detectors find it for real, and it is the same wherever it stood', (mark) => {
    const court = courtOf('');
    const { fixture, left } = harvest([recording(`ssn [${mark}] and ssn [${mark}]`)], court);
    const { content } = JSON.parse(fixture.recordings[0]!.request.body).messages[0];
    const [, first, second] = /^ssn (.+) and ssn (.+)$/.exec(content)!;
    expect(left).toEqual([]);
    expect(content).not.toMatch(MARK);
    expect(first).toBe(second);
    const entity = /[A-Z][A-Z_]+[A-Z](?=_\w{4}$|:\w{16}$|$)/.exec(mark.replace('REDACTED:', ''))![0];
    const masked = { '/messages/0/content': [entity] };
    const one = { name: 'one', recording: 'x1', expect: { masked } };
    expect(runCases({ ...fixture, cases: [one] }, court, () => 0)[0]!.failures).toEqual([]);
  });

  test('what nothing can be made up for stays a mark, and says so', () => {
    expect(harvest([recording('[REDACTED:UNHEARD_OF]')], courtOf('')).left).toEqual(['UNHEARD_OF']);
  });
});

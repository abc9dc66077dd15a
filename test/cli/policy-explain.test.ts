/** `policy explain`: every finding, rule and risk of an exchange with what came of it, and never a value. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHome } from '../../src/record/home.ts';
import { openSessions } from '../../src/record/sessions.ts';
import { emptyFolder, fcgateIn } from './fcgate.ts';
import { recording } from './recording.ts';

const policy = `version: 1
rules:
  - id: few-findings
    stages: [prompt]
    when: size(findings) > 1
    deny: Too much at once.
  - id: broken
    stages: [prompt]
    when: request.findings[7].entity == "X"
    deny: Never seen.
risk: { weights: { pii: 10, financial: 25 }, deny_at: 90 }
`;

function folder(): string {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'fcgate.yaml'), policy);
  return cwd;
}

test('a text on standard input: findings with why, rules with what they saw, the risk line by line, the decision', async () => {
  const input = 'mail kim.vos@mailbox.nl, ssn 536-90-4399\n';
  const { status, stdout } = await fcgateIn({ cwd: folder(), input }, 'policy', 'explain');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^text: refused, policy_denied\n {2}prompt \/messages\/0\/content: deny, /);
  expect(stdout).toMatch(
    /EMAIL_ADDRESS \(0\.\d\d, email\) at \/messages\/0\/content 5–23: surrogate by mask\.to_model\.pii\n/,
  );
  expect(stdout).toMatch(
    /US_SSN \(0\.95, us-ssn\) at .*\n {6}0\.70 by itself, "ssn" \+0\.25; counts from 0\.50\n/,
  );
  expect(stdout).toContain(
    'rules.few-findings at fcgate.yaml:3:5: deny if size(findings) > 1 → true, for prompt\n',
  );
  expect(stdout).toContain('      findings = ["EMAIL_ADDRESS","US_SSN"]\n');
  expect(stdout).toMatch(/rules\.broken at fcgate\.yaml:7:5: .* → true, for it could not be evaluated: /);
  expect(stdout).toContain('    risk 20\n       10 EMAIL_ADDRESS\n       10 US_SSN\n');
  expect(stdout).not.toMatch(/kim\.vos|536-90/);
});

test('what nearly was a finding says what was missing', async () => {
  const input = 'card 4539 1488 0343 6468\n';
  const { stdout } = await fcgateIn({ cwd: folder(), input }, 'policy', 'explain');
  expect(stdout).toMatch(
    /not CREDIT_CARD \(0\.\d\d, .*\) at \/messages\/0\/content 5–24\n.*check digits? wrong|luhn wrong/,
  );
});

test('fixtures and recorded sessions alike, one exchange of them by its id; as JSON for a program', async () => {
  const cwd = folder();
  const home = emptyFolder();
  const sessions = openSessions({ dir: openHome({ FCGATE_HOME: home }).sessions, now: Date.now });
  sessions.append(recording);
  await sessions.close();
  writeFileSync(join(cwd, 'seen.json'), JSON.stringify({ version: 1, recordings: [recording], cases: [] }));
  for (const from of ['seen.json', recording.session]) {
    const { status, stdout } = await fcgateIn({ cwd, home }, 'policy', 'explain', from, '--json');
    expect({ from, status }).toEqual({ from, status: 0 });
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({ exchange: recording.id, units: expect.arrayContaining([]) }),
    ]);
    const one = await fcgateIn(
      { cwd, home },
      'policy',
      'explain',
      from,
      '--exchange',
      recording.id.slice(0, 4),
    );
    expect(one.stdout).toContain(recording.id);
  }
  expect(
    await fcgateIn({ cwd, home }, 'policy', 'explain', 'seen.json', '--exchange', 'nothing'),
  ).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('No exchange begins with nothing in seen.json'),
  });
});

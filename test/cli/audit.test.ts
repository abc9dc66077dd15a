import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditEntry } from '../../src/flow/steps.ts';
import { openAudit } from '../../src/record/audit.ts';
import { openHome } from '../../src/record/home.ts';
import { loadKeys } from '../../src/record/keys.ts';
import { emptyFolder, fcgate, fcgateIn } from './fcgate.ts';

const entry: AuditEntry = {
  exchange: 'x1',
  session: 's1',
  connection: 'openai',
  caller: 'anonymous',
  policy: 'abc',
  direction: 'to_app',
  effect: 'deny',
  decisions: [
    {
      stage: 'tool_call',
      path: '/choices/0/message/tool_calls/0',
      tool: 'delete_all\n\x1b]0;owned\x07',
      effect: 'deny',
      rules: [{ rule: 'tools["delete_*"]', effect: 'deny' }],
      masked: [],
    },
  ],
  findings: [],
};

async function homeWith(...entries: AuditEntry[]): Promise<string> {
  const path = emptyFolder();
  const home = openHome({ FCGATE_HOME: path });
  const { audit: key } = await loadKeys(home.keys);
  const audit = await openAudit({ dir: home.audit, key, durability: 'batch', now: Date.now });
  audit.append(entries);
  await audit.close();
  return path;
}

test('tail prints an entry a line, with its rules, and nothing that a terminal obeys', async () => {
  const home = await homeWith(entry, entry);
  const { status, stdout } = await fcgateIn({ home }, 'audit', 'tail', '--lines', '3');
  expect(status).toBe(0);
  const told = stdout.split('\n').filter((line) => line.includes('← deny  openai  x1  anonymous'));
  expect(told).toHaveLength(2);
  expect(told[0]).toContain(
    '[delete_all\\n\\x1b]0;owned\\x07 /choices/0/message/tool_calls/0: deny, tools["delete_*"]]',
  );
});

test('tail --json prints the entries as they are', async () => {
  const { stdout } = await fcgateIn({ home: await homeWith(entry) }, 'audit', 'tail', '--json');
  const entries = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(entries).toContainEqual(expect.objectContaining(entry));
});

test('a whole audit verifies', async () => {
  const home = await homeWith(entry);
  expect(await fcgateIn({ home }, 'audit', 'verify')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^The audit is whole: \d+ entries in 1 files\.\n$/),
  });
  expect(JSON.parse((await fcgateIn({ home }, 'audit', 'verify', '--json')).stdout)).toMatchObject({
    ok: true,
  });
});

test('a changed line is told by file and line, and is a no', async () => {
  const home = await homeWith(entry);
  const folder = join(home, 'audit');
  const name = readdirSync(folder).find((file) => file.endsWith('.1.jsonl'))!;
  writeFileSync(join(folder, name), readFileSync(join(folder, name), 'utf8').replace('"deny"', '"allow"'));
  const { status, stdout } = await fcgateIn({ home }, 'audit', 'verify');
  expect(status).toBe(1);
  expect(stdout).toMatch(new RegExp(`^${name.replaceAll('.', '\\.')}:2: [\\s\\S]*The audit is broken`));
});

test('an empty audit is whole', async () => {
  expect(await fcgate('audit', 'verify')).toMatchObject({ status: 0 });
  expect(await fcgate('audit', 'tail')).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('a count that is none is wrong usage', async () => {
  expect(await fcgate('audit', 'tail', '--lines', 'ten')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Write a whole number.'),
  });
});

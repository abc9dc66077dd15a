import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyFolder, fcgate, fcgateIn } from './fcgate.ts';

const text = 'naïve 🎉\nmail ada.byron@analytical.org now\n';
const start = text.indexOf('ada');
const email = {
  entity: 'EMAIL_ADDRESS',
  start,
  end: start + 'ada.byron@analytical.org'.length,
  score: expect.any(Number),
  detector: expect.any(String),
};

test('findings are told by file, line, column and entity, never by value', async () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'notes.txt'), text);
  const { status, stdout, stderr } = await fcgateIn({ cwd }, 'scan', 'notes.txt');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^notes\.txt:2:6: EMAIL_ADDRESS \(\d\.\d\d, \w+\)\n$/);
});

test('--json gives offsets in UTF-16 code units', async () => {
  const { stdout } = await fcgateIn({ input: text }, 'scan', '--json');
  expect(JSON.parse(stdout)).toEqual({ findings: [email] });
});

test('with several files each finding names its own', async () => {
  const cwd = emptyFolder();
  for (const name of ['a.txt', 'b.txt']) writeFileSync(join(cwd, name), text);
  const { stdout } = await fcgateIn({ cwd }, 'scan', 'a.txt', 'b.txt', '--json');
  expect(JSON.parse(stdout)).toEqual({
    findings: [
      { file: 'a.txt', ...email },
      { file: 'b.txt', ...email },
    ],
  });
});

test('--jsonl answers line by line, in order', async () => {
  const input = [
    { id: 7, text: 'nothing' },
    { id: 'b', text },
  ]
    .map((each) => JSON.stringify(each))
    .join('\n');
  const { status, stdout } = await fcgateIn({ input }, 'scan', '--jsonl');
  expect(status).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { id: 7, findings: [] },
    { id: 'b', findings: [email] },
  ]);
});

test.each(['{"id":1}', 'no json', '{"id":1,"text":2}', 'null'])(
  '--jsonl names a line that is wrong: %s',
  async (line) => {
    const input = `{"id":0,"text":""}\n\n${line}\n`;
    expect(await fcgateIn({ input }, 'scan', '--jsonl')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^fcgate: -:3: /),
    });
  },
);

test('--mask prints the text as it would leave, the same each time', async () => {
  const home = emptyFolder();
  const { stdout } = await fcgateIn({ home, input: text }, 'scan', '--mask');
  expect(stdout).toMatch(/^naïve 🎉\nmail [\w.+-]+@example\.(?:com|net|org) now\n$/);
  expect((await fcgateIn({ home, input: text }, 'scan', '--mask')).stdout).toBe(stdout);
});

test('--mask leaves text without findings byte for byte, a byte order mark included', async () => {
  const plain = '\ufeffline\r\n\x1b[31mred\0';
  expect((await fcgateIn({ input: Buffer.from(plain) }, 'scan', '--mask')).stdout).toBe(plain);
});

test('a policy of one’s own says what is looked for', async () => {
  const cwd = emptyFolder();
  writeFileSync(
    join(cwd, 'fcgate.yaml'),
    "version: 1\ndetectors:\n  - { entity: CUSTOMER_ID, group: pii, pattern: 'CUST-\\d{8}' }\n",
  );
  const { stdout } = await fcgateIn({ cwd, input: 'id CUST-00412233' }, 'scan', '--json');
  expect(JSON.parse(stdout).findings).toMatchObject([{ entity: 'CUSTOMER_ID', start: 3, end: 16 }]);
});

describe('--explain', () => {
  const input = 'ssn: 123-45-6789\nsee 4111 1111 1111 1112 mail%20ada%40example.org\n';

  test('says what made each score, and what nearly was a finding', async () => {
    const { status, stdout } = await fcgateIn({ input }, 'scan', '--explain');
    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      '-:1:6: US_SSN (0.95, us-ssn)',
      '    0.70 by itself, "ssn" +0.25; counts from 0.50',
      '-:2:5: not CREDIT_CARD (0.00, card)',
      '    nothing by itself; luhn wrong; would count from 0.50',
      '-:2:32: EMAIL_ADDRESS (0.95, email)',
      '    0.95 by itself; written in percent-encoding; counts from 0.50',
    ]);
  });

  test('never tells the value', async () => {
    for (const form of [[], ['--json']]) {
      const { stdout } = await fcgateIn({ input }, 'scan', '--explain', ...form);
      for (const value of ['6789', '4111', 'ada', 'example']) expect(stdout).not.toContain(value);
    }
  });

  test('as JSON, near misses stand apart', async () => {
    const { stdout } = await fcgateIn({ input }, 'scan', '--explain', '--json');
    const { findings, near_misses } = JSON.parse(stdout);
    expect(findings).toMatchObject([
      {
        entity: 'US_SSN',
        explanation: { threshold: 0.5, base: 0.7, influences: [{ word: 'ssn', by: 0.25 }] },
      },
      { entity: 'EMAIL_ADDRESS', explanation: { base: 0.95, influences: [], encoding: 'percent-encoding' } },
    ]);
    expect(near_misses).toMatchObject([
      { entity: 'CREDIT_CARD', explanation: { check: { name: 'luhn', right: false } } },
    ]);
  });

  test('line by line, with the key and the description that a text stands under', async () => {
    const lines = [
      { id: 1, text: '219 09 9999', key: 'order_id' },
      { id: 2, text: '219099999', key: 'n', description: "The customer's SSN" },
    ];
    const { stdout } = await fcgateIn(
      { input: lines.map((each) => JSON.stringify(each)).join('\n') },
      'scan',
      '--explain',
      '--jsonl',
    );
    const [first, second] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({
      id: 1,
      findings: [],
      near_misses: [{ entity: 'US_SSN', explanation: { influences: [{ key: 'order_id' }] } }],
    });
    expect(second).toMatchObject({ id: 2, findings: [{ entity: 'US_SSN', score: 0.95 }] });
  });

  test('speaks of the thresholds of the policy', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'fcgate.yaml'), 'version: 1\nthresholds: { PHONE_NUMBER: 0.9 }\n');
    const { stdout } = await fcgateIn({ cwd, input: '(415) 555-0132' }, 'scan', '--explain');
    expect(stdout).toBe('-:1:1: not PHONE_NUMBER (0.80, phone)\n    0.80 by itself; would count from 0.90\n');
    expect((await fcgateIn({ cwd, input: '(415) 555-0132' }, 'scan')).stdout).toBe('');
  });

  test('is not for the masked text', async () => {
    expect(await fcgateIn({ input }, 'scan', '--explain', '--mask')).toMatchObject({
      status: 2,
      stderr: 'fcgate: --mask prints the text and --explain its findings; take one of them.\n',
    });
  });
});

test('what a validator of one’s own refuses is no finding, and what stands in for a value passes it', async () => {
  const cwd = emptyFolder();
  writeFileSync(
    join(cwd, 'fcgate.yaml'),
    "version: 1\ndetectors:\n  - { entity: MEMBER, pattern: 'M-\\d{4}-\\d{6}', validator: luhn }\n",
  );
  const input = 'M-1234-567897 and M-1234-567898';
  const home = emptyFolder();
  const masked = (await fcgateIn({ cwd, home, input }, 'scan', '--mask')).stdout;
  expect(masked).toMatch(/^M-\d{4}-\d{6} and M-1234-567898$/);
  expect(masked).not.toContain('567897');
  const { stdout } = await fcgateIn({ cwd, home, input: masked }, 'scan', '--json');
  expect(JSON.parse(stdout).findings).toMatchObject([{ entity: 'MEMBER', start: 0, end: 13 }]);
});

test('a file that cannot be read is wrong usage', async () => {
  expect(await fcgate('scan', 'nowhere.txt')).toMatchObject({
    status: 2,
    stderr: 'fcgate: nowhere.txt cannot be read (ENOENT); name a file that can.\n',
  });
});

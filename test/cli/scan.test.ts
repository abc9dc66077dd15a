import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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

test('a file that cannot be read is wrong usage', async () => {
  expect(await fcgate('scan', 'nowhere.txt')).toMatchObject({
    status: 2,
    stderr: 'fcgate: nowhere.txt cannot be read (ENOENT); name a file that can.\n',
  });
});

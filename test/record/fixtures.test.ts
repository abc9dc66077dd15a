import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Fixture } from '../../src/fixture.ts';
import { fixtureText, withBodyTexts } from '../../src/record/fixture-text.ts';
import { readFixture, writeFixture } from '../../src/record/fixtures.ts';
import { recording } from './recordings.ts';

let file: string;
const fixture: Fixture = {
  version: 1,
  recordings: [recording()],
  cases: [
    {
      name: 'mail is masked',
      recording: 'x1',
      caller: { subject: 'ann', groups: ['support'] },
      expect: {
        decision: 'mask',
        decisions: { '/messages/0/content': 'mask' },
        rules: ['mask.to_model.pii'],
        not_rules: ['rules.no-keys'],
        masked: { '/messages/0/content': 'EMAIL_ADDRESS' },
        approvers: ['finance'],
        leaves: { to_model: { must: ['hello'], must_not: ['ann@'] }, to_app: { must_not: ['key'] } },
        code: 'policy_denied',
      },
    },
  ],
};

/** A copy to be spoilt. */
interface Draft {
  version?: unknown;
  recordings: Record<string, Record<string, unknown>>[];
  cases: Record<string, unknown>[] | undefined;
}

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'fcgate-fixtures-')), 'recordings.json');
});

describe('a fixture file', () => {
  it('is read as it was written, and leaves nothing else behind', async () => {
    await writeFixture(file, fixture);
    expect(await readFixture(file)).toEqual(fixture);
    expect(readdirSync(join(file, '..'))).toEqual(['recordings.json']);
  });

  it('holds bodies as people read them, and gives them back byte for byte', async () => {
    const own = recording();
    const stream = 'data: {"a":1}\r\n\r\ndata: [DONE]\n\n';
    const response = { ...own.response!, body: stream };
    const request = { ...own.request, body: '{"model":"m","n":[1,2]}' };
    await writeFixture(file, { ...fixture, recordings: [{ ...own, request, response }] });
    const [written] = JSON.parse(readFileSync(file, 'utf8')).recordings;
    expect(written.request.body).toEqual({ model: 'm', n: [1, 2] });
    expect(written.response.body).toEqual(['data: {"a":1}\r', '\r', 'data: [DONE]', '', '']);
    expect((await readFixture(file)).recordings).toEqual([{ ...own, request, response }]);
  });

  it('gives every body back, whatever it holds', () => {
    const anyBody = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.string({ unit: fc.constantFrom(...'{}":1e2.0\n\r[]') }),
      fc.constantFrom('{"1":2,"0":1}', '{"a":1,"a":2}', '{"a":1.0}', '{"__proto__":1}', '["a","b"]', '{}'),
    );
    fc.assert(
      fc.property(anyBody, (body) => {
        const own = recording();
        const all = { ...fixture, recordings: [{ ...own, request: { ...own.request, body } }] };
        expect(withBodyTexts(JSON.parse(fixtureText(all)))).toEqual(all);
      }),
    );
  });

  const changed = (change: (copy: Draft) => void): string => {
    const copy = structuredClone(fixture) as unknown as Draft;
    change(copy);
    return JSON.stringify(copy);
  };

  const expectation = (copy: Draft) => copy.cases![0]!.expect as Record<string, unknown>;

  it.each([
    ['is empty', '', /is no JSON/],
    ['lacks a colon', '{\n  "version" 1', /:2:13: is no JSON/],
    ['is a list', '[]', /the file must be an object/],
    [
      'is of another version',
      changed((copy) => {
        copy.version = 2;
      }),
      /version must be 1/,
    ],
    [
      'has no cases',
      changed((copy) => {
        copy.cases = undefined;
      }),
      /lacks "cases"/,
    ],
    [
      'mistypes an expectation',
      changed((copy) => {
        expectation(copy).rulez = [];
      }),
      /cases\[0\]\.expect has the unknown key "rulez"/,
    ],
    [
      'expects no effect',
      changed((copy) => {
        expectation(copy).decision = 'block';
      }),
      /cases\[0\]\.expect\.decision must be "allow" or/,
    ],
    [
      'has a body that is no text',
      changed((copy) => {
        copy.recordings[0]!.request!.body = 7;
      }),
      /recordings\[0\]\.request\.body must be a string/,
    ],
    [
      'names a recording that is not there',
      changed((copy) => {
        copy.cases![0]!.recording = 'y';
      }),
      /cases\[0\]\.recording "y" is no recording/,
    ],
    [
      'has two cases of one name',
      changed((copy) => {
        copy.cases!.push(copy.cases![0]!);
      }),
      /cases\[1\]\.name .* stands twice/,
    ],
    [
      'has two recordings of one id',
      changed((copy) => {
        copy.recordings.push(copy.recordings[0]!);
      }),
      /recordings\[1\]\.id .* stands twice/,
    ],
  ])('that %s is refused, with the place', async (_what, text, message) => {
    writeFileSync(file, text);
    await expect(readFixture(file)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message),
    });
  });

  it('that is not there is refused', async () => {
    await expect(readFixture(file)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('cannot be read'),
    });
  });
});

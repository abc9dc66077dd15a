import { expect, test } from 'vitest';
import { keepLedger } from '../../src/cli/ledger.ts';
import { FcgateError } from '../../src/errors.ts';
import type { Recording } from '../../src/exchange.ts';
import { recording } from '../record/recordings.ts';

/** Books in memory, and what the ledger says on stderr. */
function books(pass = false) {
  const lines: object[] = [];
  const kept: Recording[] = [];
  const said: string[] = [];
  const trouble: { now?: FcgateError } = {};
  const ledger = keepLedger({
    audit: { append: (entries) => void lines.push(...entries), flush: async () => {} },
    sessions: {
      append: (one) => void kept.push(one),
      trouble: () => trouble.now,
      room: () => undefined,
      flush: async () => {},
    },
    mayPass: () => pass,
    warn: (line) => void said.push(line),
  });
  return { ledger, lines, kept, said, trouble };
}

const unmakeable = (): never => {
  throw new TypeError('quotes ann@acme.io');
};

test('nothing is let through while a recording cannot be made, and it is kept when it can', () => {
  const { ledger, lines, kept, said } = books();
  let make: () => Recording = unmakeable;
  ledger.record(() => make());
  for (let i = 0; i < 2; i++) {
    expect(() => ledger.append([])).toThrow(expect.objectContaining({ code: 'record_failed' }));
  }
  expect(said).toEqual([expect.stringMatching(/cannot be made.*TypeError\n\s+at /s)]);
  expect(said.join()).not.toContain('acme');
  make = () => recording();
  ledger.append([]);
  expect(kept).toEqual([recording()]);
  expect(lines).toEqual([]);
});

test('where the policy lets pass what is not recorded, it is said and let go', () => {
  const { ledger, kept, said } = books(true);
  ledger.record(unmakeable);
  ledger.append([]);
  expect(said).toEqual([expect.stringContaining('passed as record.on_error says: TypeError')]);
  expect(kept).toEqual([]);
});

test('under such a policy nothing piles up for a disk that takes nothing', () => {
  const { ledger, kept, said, trouble } = books(true);
  trouble.now = new FcgateError('record_failed', 'the disk is full');
  ledger.append([]);
  ledger.record(() => recording());
  expect(kept).toEqual([]);
  expect(said).toHaveLength(2);
});

/** What a stream says again is one unit; what it says differently is another. */
import { describe, expect, it } from 'vitest';
import type { Unit } from '../../src/exchange.ts';
import { foldCopies } from '../../src/wire/copies.ts';
import { applySplices, editLeaf } from '../../src/wire/edit.ts';
import { leavesOf, readings } from '../../src/wire/units.ts';
import { docOf, textOf } from './openai-responses-reading.ts';

/** A unit read from a body of its own. */
function telling(value: unknown, more: Partial<Unit> = {}): Unit {
  const doc = docOf(JSON.stringify(value));
  const path = more.path ?? '/output/0/arguments';
  const unit = {
    stage: 'tool_call' as const,
    path,
    leaves: leavesOf(doc, 0, path),
    values: readings(doc, 0),
    ...more,
  };
  return unit;
}
const call = (name: string, value: unknown, early?: true): Unit =>
  telling(value, {
    tool: { name },
    callId: 'c',
    origin: { path: '/output/0', spots: [], ...(early ? { early } : {}) },
  });
const shown = (units: readonly Unit[]) =>
  units.map((unit) => [unit.tool?.name, JSON.stringify(unit.values?.()[0])]);

describe('units of a stream', () => {
  it('that say the same are one, and an edit reaches every place', () => {
    const units = foldCopies([1, 2, 3].map(() => call('send', { to: 'ann', n: 123456 })));
    expect(units).toHaveLength(1);
    const [to, n] = units[0]!.leaves.filter((leaf) => leaf.kind !== 'key');
    expect(editLeaf(to!, 0, 3, 'bo')).toHaveLength(3);
    const splices = [...editLeaf(to!, 0, 3, 'bo'), ...editLeaf(n!, 0, 6, '7')];
    const chunks = [...new Set(splices.map((splice) => splice.chunk))] as { bytes: Uint8Array }[];
    expect(
      chunks.map((chunk) =>
        Buffer.concat(
          applySplices(
            chunk,
            splices.filter((each) => each.chunk === chunk),
          ),
        ).toString(),
      ),
    ).toEqual(Array(3).fill('{"to":"bo","n":7}'));
  });

  it('that differ in anything stay apart', () => {
    const told = [
      call('send', { to: 'ann' }),
      call('wipe', { to: 'ann' }),
      call('send', { to: 'bob' }),
      call('send', { to: 'ann', all: true }),
      call('send', { to: 'ann', all: false }),
      { ...call('send', { to: 'ann' }), remote: true as const },
      { ...call('send', { to: 'ann' }), callId: 'd' },
      { ...call('send', { to: 'ann' }), stage: 'response' as const },
    ];
    expect(foldCopies(told)).toHaveLength(told.length);
  });

  it('that were told early are part of what they became', () => {
    const grown = { commands: ['ls'], limit: null, confirm: true };
    expect(
      shown(foldCopies([call('shell', { commands: [], limit: null }, true), call('shell', grown)])),
    ).toEqual([['shell', JSON.stringify(grown)]]);
    expect(foldCopies([call('shell', { confirm: false }, true), call('shell', grown)])).toHaveLength(2);
    expect(foldCopies([call('shell', { commands: [] }), call('shell', grown)])).toHaveLength(2);
  });

  it('that are a stretch of another are part of it, and take its edits along', () => {
    const piece = telling('ls -l', { path: '/output/0/arguments/commands/0', values: () => ['ls -l'] });
    for (const order of [
      [piece, call('shell', { commands: ['ls -l'] })],
      [call('shell', { commands: ['ls -l'] }), piece],
    ]) {
      const units = foldCopies(order);
      expect(shown(units)).toEqual([['shell', '{"commands":["ls -l"]}']]);
      const leaf = units[0]!.leaves.find((each) => textOf(each) === 'ls -l')!;
      expect(editLeaf(leaf, 0, 2, 'rm')).toHaveLength(2);
    }
  });

  it('are folded in time that grows with their number alone', () => {
    const many = (text: (i: number) => string) =>
      Array.from({ length: 4_000 }, (_, i) => telling(text(i), { path: '/events/x' }));
    expect(foldCopies(many(() => 'the same again'))).toHaveLength(1);
    expect(foldCopies(many((i) => `each one new ${i}`))).toHaveLength(4_000);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cell, clip, line, widthOf, wrap } from '../../src/tui/line.ts';

const textOf = (row: readonly { text: string }[]): string => row.map(({ text }) => text).join('');

const hostile = fc.oneof(
  fc.constantFrom(
    '\x1b[2J',
    '\x1b]0;owned\x07',
    '\u202egnp.exe',
    '\r\n',
    '\x9b1A',
    '\u200b',
    '\u{e0041}',
    '\b\b',
  ),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
);

describe('whatever a model writes', () => {
  test('nothing of it can move the cursor, end a line, reorder or hide it', () => {
    fc.assert(
      fc.property(fc.array(hostile), fc.integer({ min: 20, max: 200 }), (texts, width) => {
        for (const row of [...wrap(line(texts.join('')), width, 2), line(clip(texts.join(''), width))])
          expect(textOf(row)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  test('every row fits, and all rows together say all of it', () => {
    fc.assert(
      fc.property(fc.array(hostile), fc.integer({ min: 20, max: 200 }), (texts, width) => {
        const whole = line(texts.join(''));
        const rows = wrap(whole, width);
        for (const row of rows) expect(widthOf(textOf(row))).toBeLessThanOrEqual(width);
        expect(rows.map(textOf).join('')).toBe(textOf(whole));
      }),
    );
  });

  test('a cell takes just its columns', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 3, max: 40 }), (text, width) => {
        expect(widthOf(cell(text, width))).toBe(width);
      }),
    );
  });
});

test('signs of two columns are counted as two', () => {
  expect(wrap(line('日本語日本語'), 8).map(textOf)).toEqual(['日本語日', '本語']);
  expect(clip('日本語', 5)).toBe('日本…');
});

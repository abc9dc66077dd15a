/** Lines of styled text that cannot do anything but be read: every word from outside is escaped as it enters one. */
import stringWidth from 'string-width';
import { escapeText } from '../escape.ts';

export interface Style {
  readonly colour?: 'red' | 'yellow' | 'green' | 'cyan';
  readonly bold?: true;
  readonly dim?: true;
  readonly inverse?: true;
}

/** A run of text in one style. */
export interface Segment extends Style {
  readonly text: string;
}

export type Line = readonly Segment[];

export const segment = (text: string, style: Style = {}): Segment => ({ text: escapeText(text), ...style });

export const line = (text: string, style: Style = {}): Line => [segment(text, style)];

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns that a text takes. */
export const widthOf = (text: string): number => (/^[ -~]*$/.test(text) ? text.length : stringWidth(text));

/** The same line over as many rows as it needs; later rows begin with `indent` spaces. */
export function wrap(whole: Line, width: number, indent = 0): Line[] {
  const rows: Segment[][] = [[]];
  let column = 0;
  for (const { text, ...style } of whole) {
    let piece = '';
    const flush = (): void => {
      if (piece) rows.at(-1)!.push({ text: piece, ...style });
      piece = '';
    };
    for (const { segment: sign } of graphemes.segment(text)) {
      const wide = widthOf(sign);
      if (column + wide > width && column > indent) {
        flush();
        rows.push(indent > 0 ? [{ text: ' '.repeat(indent) }] : []);
        column = indent;
      }
      piece += sign;
      column += wide;
    }
    flush();
  }
  return rows;
}

/** As much as fits one row, with what was cut told by `…`. */
export function clip(text: string, width: number): string {
  const safe = escapeText(text);
  if (widthOf(safe) <= width) return safe;
  let kept = '';
  for (const { segment: sign } of graphemes.segment(safe)) {
    if (widthOf(kept + sign) > width - 1) break;
    kept += sign;
  }
  return `${kept}…`;
}

/** In a column of that width. */
export function cell(text: string, width: number): string {
  const clipped = clip(text, width);
  return clipped + ' '.repeat(Math.max(0, width - widthOf(clipped)));
}

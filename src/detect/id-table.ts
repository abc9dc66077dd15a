import { births } from './birth.ts';
import { type Kind, latin, type Text } from './bytes.ts';
import type { IdRow } from './id-row.ts';
import { asia } from './ids-asia.ts';
import { britain } from './ids-britain.ts';
import { eastEurope } from './ids-east-europe.ts';
import { germanSpeaking } from './ids-german.ts';
import { latinAmerica } from './ids-latin-america.ts';
import { northAmerica } from './ids-north-america.ts';
import { northEurope } from './ids-north-europe.ts';
import { south } from './ids-south.ts';
import { southEurope } from './ids-south-europe.ts';
import { things } from './ids-things.ts';
import { vats } from './ids-vat.ts';

/**
 * Numbers that states, banks and registers give out. At the first digit of a run a table tells by what stands before
 * it, how long the run is and what stands behind which forms could be there: for most digits in a text, none.
 */
export const idRows: readonly IdRow[] = [
  ...northAmerica,
  ...latinAmerica,
  ...britain,
  ...germanSpeaking,
  ...southEurope,
  ...northEurope,
  ...eastEurope,
  ...vats,
  ...asia,
  ...south,
  ...things,
  ...births,
];

export const idKinds: readonly Kind[] = idRows.map(({ entity, group, forms }) => ({
  entity,
  group,
  longest: Math.max(...forms.map((form) => form.length)),
  opens: plateOpens,
}));

/** `HH AB 12`: of all forms, only plates have two words before their digits. */
function plateOpens(text: Text): number {
  const open = /(?:^|[^A-Za-z0-9])([A-Za-z]{1,3} (?:[A-Za-z]{1,2} ?\d{0,4} ?[A-Za-z]?)?)$/.exec(
    latin(text, text.end - 16, text.end),
  );
  return open ? text.end - open[1]!.length : text.end;
}

/** A form, and where its first digit stands in it. */
export interface Form {
  readonly row: IdRow;
  readonly offset: number;
  /** Undefined for digits alone, which their number tells. */
  readonly pattern: RegExp | undefined;
}

/** What can begin with digits that stand so; whether any of it is found without a word that speaks of it. */
export interface Slot {
  readonly forms: readonly Form[];
  readonly strong: boolean;
}

/** Before the run of digits stand so many letters, or letters and a gap; nothing of the number is 0. */
export const AFTER_GAP = 12;
export const MOST_DIGITS = 24;

/** What stands behind the word that the run is part of, by its byte. */
export const behind: Readonly<Record<number, number>> = { 32: 1, 45: 2, 46: 3, 47: 4, 43: 5, 40: 6 };
export const END = 0;

/** By letters before, digits in the run, length of the word from there on, and what stands behind it. */
export const slotOf = (before: number, run: number, tail: number, after: number): number =>
  ((before * (MOST_DIGITS + 1) + run) * 32 + tail) * 8 + after;

const classes: Readonly<Record<string, string>> = { '#': '\\d', '@': '[A-Z]', '?': '[A-Z\\d]' };

function readTable(): (Slot | undefined)[] {
  const read: (Slot | undefined)[] = new Array(slotOf(AFTER_GAP + 1, 0, 0, 0)).fill(undefined);
  for (const row of idRows) {
    for (const written of row.forms) {
      const pattern = /^#+$/.test(written) ? undefined : patternOf(written);
      for (const [offset, at] of placesOf(written)) {
        const slot = read[at];
        const forms = [...(slot?.forms ?? []), { row, offset, pattern }];
        read[at] = { forms, strong: slot?.strong === true || row.strength === 'strong' };
      }
    }
  }
  return read;
}

function patternOf(form: string): RegExp {
  return new RegExp(sourceOf(form), 'iy');
}

/** The form as a regular expression is written. */
export function sourceOf(form: string): string {
  return form.replace(/[^A-Z0-9]/g, (sign) => classes[sign] ?? `\\${sign}`);
}

const canBeDigit = (sign: string | undefined): boolean => sign !== undefined && /[#?0-9]/.test(sign);
const canBeLetter = (sign: string | undefined): boolean => sign !== undefined && /[@?A-Z]/.test(sign);
const isDigit = (sign: string | undefined): boolean => sign !== undefined && /[#0-9]/.test(sign);

/** Each offset and slot of the first run of digits of a form, where a sign of it may be letter or digit. */
function placesOf(form: string): [offset: number, slot: number][] {
  const places: [number, number][] = [];
  for (let offset = 0; offset < form.length && !isDigit(form[offset - 1]); offset++) {
    if (!canBeDigit(form[offset])) continue;
    let letters = 0;
    while (letters < offset && canBeLetter(form[offset - 1 - letters])) letters++;
    const before = offset === 0 ? 0 : letters === 0 ? AFTER_GAP : letters;
    if (before > AFTER_GAP || (before === AFTER_GAP && letters > 0)) continue;
    const tail = /^[A-Z0-9#@?]+/.exec(form.slice(offset))![0].length;
    const after = behind[form.charCodeAt(offset + tail)] ?? END;
    for (let run = 1; run <= tail && canBeDigit(form[offset + run - 1]); run++)
      if (!isDigit(form[offset + run])) places.push([offset, slotOf(before, run, tail, after)]);
  }
  return places;
}

export const table: readonly (Slot | undefined)[] = readTable();

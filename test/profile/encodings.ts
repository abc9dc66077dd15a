/** The ways in which values are written, so that they are read by people and programs but not by a plain pattern. */
import type { Value } from './values.ts';

export interface Encoding {
  readonly name: string;
  write(value: string): string;
  /** Only what holds digits can have others. */
  suits(value: Value): boolean;
}

const each = (value: string, signs: RegExp, write: (code: number) => string): string =>
  value.replace(signs, (sign) => write(sign.charCodeAt(0)));

const hex = (code: number, length: number): string => code.toString(16).padStart(length, '0');
const always = () => true;
const numeric = ({ value }: Value) => /^[\d ().+:-]{6,}$/.test(value);
const cyrillic: Readonly<Record<string, string>> = { a: 'а', c: 'с', e: 'е', o: 'о', p: 'р', x: 'х' };

/** A name that is written in the letters of its encoding. */
const oneLine = ({ value }: Value) => !value.includes('\n');

export const encodings: readonly Encoding[] = [
  { name: 'plain', write: (value) => value, suits: always },
  {
    name: 'JSON escapes',
    write: (value) => each(value, /[^A-Za-z]/g, (code) => `\\u${hex(code, 4)}`),
    suits: oneLine,
  },
  {
    name: 'percent',
    write: (value) => each(value, /[^\w.~-]/g, (code) => `%${hex(code, 2).toUpperCase()}`),
    suits: oneLine,
  },
  {
    name: 'HTML entities',
    write: (value) => each(value, /[^A-Za-z]/g, (code) => `&#${code};`),
    suits: oneLine,
  },
  { name: 'base64', write: (value) => Buffer.from(value).toString('base64'), suits: oneLine },
  {
    name: 'full-width digits',
    write: (value) => each(value, /\d/g, (code) => String.fromCharCode(code + 0xfee0)),
    suits: numeric,
  },
  {
    name: 'zero-width',
    write: (value) => value.replace(/.{3}(?=.)/g, '$&​'),
    suits: oneLine,
  },
  {
    name: 'look-alikes',
    write: (value) =>
      value.includes('@')
        ? value.replace(/[aceopx](?=.*@)/g, (sign) => cyrillic[sign]!)
        : each(value, /[\d-]/g, (code) => (code === 0x2d ? '‑' : String.fromCharCode(code - 0x30 + 0x660))),
    suits: (value) => numeric(value) || value.value.includes('@'),
  },
];

const entityOf = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
const escapeOf = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
const percentOf = (text: string): string =>
  text.replace(/%([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
const base64Of = (text: string): string =>
  text.replace(/[A-Za-z0-9+/]{8,}={0,2}/g, (coded) => Buffer.from(coded, 'base64').toString('latin1'));

const latinOf = new Map(Object.entries(cyrillic).map(([latin, other]) => [other, latin]));

/** Letters and digits alone, look-alikes as what they look like. */
const fold = (text: string): string =>
  [...text.normalize('NFKC')]
    .map((sign) => {
      const code = sign.charCodeAt(0);
      return code >= 0x660 && code < 0x66a ? String(code - 0x660) : (latinOf.get(sign) ?? sign);
    })
    .join('')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();

/** A text in each way that somebody may read it, folded. */
export const readings = (text: string): string[] => [
  ...new Set([text, escapeOf(text), percentOf(text), entityOf(text), base64Of(text)].map(fold)),
];

export const folded = fold;

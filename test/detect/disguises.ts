const hex = (char: string, width: number): string => char.charCodeAt(0).toString(16).padStart(width, '0');
const each = (value: string, which: RegExp, write: (char: string) => string): string =>
  value.replace(which, write);
const within = (value: string, joint: string): string => value.slice(0, 5) + joint + value.slice(5);

/** Ways to write a value so that it does not look like one. */
export const disguises: readonly (readonly [name: string, write: (value: string) => string])[] = [
  ['escapes of JSON', (value) => each(value, /[^A-Za-z0-9]|[3-5]/g, (char) => `\\u${hex(char, 4)}`)],
  ['escapes in escapes', (value) => each(value, /\W|[13579]/g, (char) => `\\\\u${hex(char, 4)}`)],
  ['escapes of each character', (value) => each(value, /./g, (char) => `\\x${hex(char, 2)}`)],
  ['percent-encoding', encodeURIComponent],
  ['percent-encoding of each character', (value) => each(value, /./g, (char) => `%${hex(char, 2)}`)],
  ['percent-encoding twice', (value) => each(value, /./g, (char) => `%25${hex(char, 2)}`)],
  ['decimal entities', (value) => each(value, /./g, (char) => `&#${char.charCodeAt(0)};`)],
  ['hexadecimal entities', (value) => each(value, /\W/g, (char) => `&#x${hex(char, 2)};`)],
  ['entities in entities', (value) => each(value, /./g, (char) => `&amp;#${char.charCodeAt(0)};`)],
  ['base64', (value) => Buffer.from(value).toString('base64')],
  ['base64 for URLs', (value) => Buffer.from(value).toString('base64url')],
  ['base64 twice', (value) => Buffer.from(Buffer.from(value).toString('base64')).toString('base64')],
  ['zero-width spaces', (value) => within(value, '\u200b')],
  ['joiners everywhere', (value) => [...value].join('\u2060')],
  ['bidi marks', (value) => within(value, '\u202e\u202c')],
  ['soft hyphens', (value) => within(value, '\u00ad')],
  [
    'wide forms',
    (value) => each(value, /[0-9A-Za-z@.+_-]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
  ],
  ['Arabic digits', (value) => each(value, /\d/g, (digit) => String.fromCharCode(0x660 + Number(digit)))],
  ['Devanagari digits', (value) => each(value, /\d/g, (digit) => String.fromCharCode(0x966 + Number(digit)))],
  [
    'mathematical digits',
    (value) => each(value, /\d/g, (digit) => String.fromCodePoint(0x1d7ce + Number(digit))),
  ],
];

const hex = (char: string, width: number): string => char.charCodeAt(0).toString(16).padStart(width, '0');
const each = (value: string, which: RegExp, write: (char: string) => string): string =>
  value.replace(which, write);
const within = (value: string, joint: string): string => value.slice(0, 5) + joint + value.slice(5);

const entities = (value: string): string => each(value, /./g, (char) => `&#${char.charCodeAt(0)};`);
const percent = (value: string): string => each(value, /./g, (char) => `%${hex(char, 2)}`);
export const wide = (value: string): string =>
  each(value, /[0-9A-Za-z@.+_-]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
const base64 = (value: string): string => Buffer.from(value).toString('base64');

/** Ways to write a value so that it does not look like one. */
export const disguises: readonly (readonly [name: string, write: (value: string) => string])[] = [
  ['escapes of JSON', (value) => each(value, /[^A-Za-z0-9]|[3-5]/g, (char) => `\\u${hex(char, 4)}`)],
  ['escapes in escapes', (value) => each(value, /\W|[13579]/g, (char) => `\\\\u${hex(char, 4)}`)],
  ['escapes of each character', (value) => each(value, /./g, (char) => `\\x${hex(char, 2)}`)],
  ['percent-encoding', encodeURIComponent],
  ['percent-encoding of each character', percent],
  ['percent-encoding twice', (value) => each(value, /./g, (char) => `%25${hex(char, 2)}`)],
  ['decimal entities', entities],
  ['hexadecimal entities', (value) => each(value, /\W/g, (char) => `&#x${hex(char, 2)};`)],
  ['entities in entities', (value) => each(value, /./g, (char) => `&amp;#${char.charCodeAt(0)};`)],
  ['base64', base64],
  ['base64 for URLs', (value) => Buffer.from(value).toString('base64url')],
  ['base64 twice', (value) => base64(base64(value))],
  ['entities in percent-encoding', (value) => percent(entities(value))],
  ['entities in escapes of JSON', (value) => each(entities(value), /\W/g, (char) => `\\u${hex(char, 4)}`)],
  ['entities with soft hyphens in them', (value) => within(entities(value), '\u00ad')],
  ['zero-width spaces in wide forms', (value) => within(wide(value), '\u200b')],
  ['zero-width spaces', (value) => within(value, '\u200b')],
  ['joiners everywhere', (value) => [...value].join('\u2060')],
  ['bidi marks', (value) => within(value, '\u202e\u202c')],
  ['soft hyphens', (value) => within(value, '\u00ad')],
  ['wide forms', wide],
  ['Arabic digits', (value) => each(value, /\d/g, (digit) => String.fromCharCode(0x660 + Number(digit)))],
  ['Devanagari digits', (value) => each(value, /\d/g, (digit) => String.fromCharCode(0x966 + Number(digit)))],
  [
    'mathematical digits',
    (value) => each(value, /\d/g, (digit) => String.fromCodePoint(0x1d7ce + Number(digit))),
  ],
];

/** Two at once that make a value so long that of what only its name tells less is found. */
export const doubled: typeof disguises = [
  ['base64 of percent-encoding', (value) => base64(percent(value))],
  ['base64 of entities', (value) => base64(entities(value))],
  ['base64 of wide forms', (value) => base64(wide(value))],
];

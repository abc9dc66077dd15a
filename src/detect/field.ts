import { DIGIT, type Found, flags, type Kind, latin, type Text } from './bytes.ts';
import { words } from './context.ts';
import { country } from './ids-things.ts';
import type { Literal } from './literal.ts';

/** Values that nothing but the word before them or the field they stand under tells: bank codes, payment keys, plates. */
export const fieldKinds: readonly Kind[] = [
  { entity: 'BIC', group: 'financial', longest: 11 },
  { entity: 'BR_PIX_KEY', group: 'financial', longest: 36 },
];

const uuid = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
/** What may stand between a word and its value: `BIC (SWIFT) code: …`, `chave pix é …`. */
const between =
  '(?:[ :=#(\\[,_]{1,3}|"|SWIFT|BIC|[Cc]ode|[Cc]have|is|[Aa]ddress|addr|é|número|aleatória|\\)){1,8}';

/** By the word: what follows it. */
const spoken: readonly (readonly [entity: string, prefixes: readonly string[], value: string])[] = [
  ['BIC', ['BIC', 'SWIFT', 'Swift'], '([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?![A-Za-z0-9_])'],
  // Without a digit, its form alone is that of any list of short words.
  [
    'MAC_ADDRESS',
    ['MAC', 'Mac', 'mac', 'ysical address', 'ysical Address', 'ardware address', 'HWaddr', 'lladdr'],
    '([A-Fa-f]{2}(?::[A-Fa-f]{2}){5}|[A-Fa-f]{2}(?:-[A-Fa-f]{2}){5}|[A-Fa-f]{4}(?:\\.[A-Fa-f]{4}){2})(?![A-Za-z0-9:-]|\\.[A-Za-z0-9])',
  ],
  ['BR_PIX_KEY', ['pix', 'Pix', 'PIX'], `(${uuid})(?![\\w-])`],
];

const finder =
  (entity: string, pattern: RegExp) =>
  (text: Text, at: number): Found | undefined => {
    const match = pattern.exec(latin(text, at, at + 80));
    if (!match || (entity === 'BIC' && !isBic(match[1]!))) return undefined;
    const end = at + match[0].length;
    return foundBy(entity, end - match[1]!.length, end, 0.85);
  };

export const fieldLiterals: readonly Literal[] = spoken.flatMap(([entity, prefixes, value]) =>
  prefixes.map((prefix) => ({ prefix, find: finder(entity, new RegExp(`^${prefix}${between}${value}`)) })),
);

const isBic = (value: string): boolean =>
  /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.test(value) && country.test(value.slice(4));

const foundBy = (entity: string, start: number, end: number, score: number): Found => ({
  entity,
  start,
  end,
  score,
  detector: entity.toLowerCase().replaceAll('_', '-'),
});

/** Names of fields, as words, and what a value must be that stands there: all that is asked of it is some digits. */
const fields: readonly (readonly [entity: string, name: RegExp, value: RegExp])[] = [
  ['BIC', /(?:^| )(?:bic|swift)(?: (?:bic|code|number))?$/, /^[A-Za-z]{6}[A-Za-z\d]{2}(?:[A-Za-z\d]{3})?$/],
  [
    'BR_PIX_KEY',
    /(?:^| )(?:chave|key) ?(?:do )?pix$|(?:^| )pix(?: ?(?:key|chave))?$/,
    new RegExp(`^${uuid}$`),
  ],
  [
    'LICENSE_PLATE',
    /(?:licen[sc]e|number|registration|vehicle) ?plates?(?: (?:number|no|nr))?$|^plate(?: (?:number|no|nr))?$|kennzeichen$|kenteken$|^(?:placa|plaka|targa|matricula)$/,
    /^(?=.*\d)[\dA-Za-zÀ-ÿ][\dA-Za-zÀ-ÿ ·-]{2,11}$/,
  ],
  [
    'PASSPORT',
    /(?:passport|passeport|pasaporte|passaporto|reisepass|paspoort)(?: ?(?:number|no|nr|num|id|nummer))?$/,
    /^(?=(?:.*\d){3})[A-Za-z\d][A-Za-z\d -]{4,13}[A-Za-z\d]$/,
  ],
  [
    'VAT_ID',
    /(?:^| )(?:vat|ust|tva|iva|btw|gst|mwst) ?(?:number|no|nr|id|in|idnr|reg(?: no)?)$|^vatin$/,
    /^(?=(?:.*\d){5})[A-Z\d][A-Z\d ./-]{5,22}$/,
  ],
  [
    'NATIONAL_ID',
    /(?:^| )(?:national|identity|personal) ?(?:id|identity|identification)?(?: ?(?:card|document))?(?: ?(?:number|no|nr))$|(?:^| )national ?id(?:entity)?$|^id ?card$/,
    /^(?=(?:.*\d){5})[A-Z\d][A-Z\d ./-]{5,22}$/,
  ],
  [
    'TAX_ID',
    /(?:^| )tax(?:payer)? ?(?:id(?:entification)?|number|no|nr)(?: ?(?:number|no|nr))?$|^tin$/,
    /^(?=(?:.*\d){5})[A-Z\d][A-Z\d ./-]{5,22}$/,
  ],
];

/** Of the name of each field, some part; most keys have none of them. */
const telling =
  /bic|swift|pix|plate|kennzeichen|kenteken|pla[ck]a|targa|matricula|pas[saps]|vat|ust|tva|iva|btw|gst|mwst|national|identity|personal|id[^a-z]*card|tax|tin/i;

/** All have a digit, but for banks' codes. */
function mayBeOne({ bytes, start, end }: Text): boolean {
  for (let i = start; i < end; i++) if ((flags[bytes[i]!]! & DIGIT) !== 0) return true;
  return end - start === 8 || end - start === 11;
}

/** What stands as a whole under a field that is called so; a value that its own detector knows scores more. */
export function findField(text: Text): Found | undefined {
  const { start, end, key } = text;
  if (end - start < 3 || end - start > 40 || !mayBeOne(text) || !telling.test(key)) return undefined;
  const name = words(key);
  const field = fields.find(([, pattern]) => pattern.test(name));
  if (!field) return undefined;
  const value = text.bytes.toString('utf8', start, end);
  const right = field[2].test(value) && (field[0] !== 'BIC' || isBic(value.toUpperCase()));
  return right ? foundBy(field[0], start, end, 0.55) : undefined;
}

/** Made-up values of an entity from nothing: what fills a recording whose own values are gone. */
import { flags } from '../detect/bytes.ts';
import { idRows } from '../detect/id-table.ts';
import { secretRows } from '../detect/secrets.ts';
import type { Draw } from './draw.ts';
import { makerOf } from './surrogate.ts';

/** Of entities whose values have makers: what these go by. */
const TEMPLATES: Readonly<Record<string, string>> = {
  EMAIL_ADDRESS: 'some.body@example.com',
  PHONE_NUMBER: '+1 202 555 0147',
  CREDIT_CARD: '4000 0000 0000 0002',
  IBAN_CODE: 'DE75 5121 0800 1245 1261 99',
  IP_ADDRESS: '192.0.2.17',
  MAC_ADDRESS: '00:00:5e:00:53:11',
  US_SSN: '123-45-6780',
  DATE_OF_BIRTH: '1980-03-12',
  PERSON: 'Maria Keller',
};

/** Endless; none where nothing is known of the entity's form. The caller sees which of them its detectors find. */
export function* samplesOf(entity: string, draw: Draw): Generator<string> {
  const template = TEMPLATES[entity];
  if (template !== undefined) while (true) yield makerOf(entity, template).maker.make(template, draw);
  const makers = [...tokens(entity, draw), ...numbers(entity, draw)];
  if (makers.length > 0) while (true) for (const make of makers) yield make();
}

type Make = () => string;

const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));

/** The prefix and as many characters of its run as there must be. */
const tokens = (entity: string, draw: Draw): Make[] =>
  secretRows.flatMap(([name, prefix, run, min, max, , lead]) => {
    if (name !== entity || lead) return [];
    const letters = ASCII.filter((char) => (flags[char.charCodeAt(0)]! & run) !== 0 && /\w/.test(char));
    return [() => prefix + draw.from(letters.join(''), Math.min(max, min + 8))];
  });

const numbers = (entity: string, draw: Draw): Make[] =>
  idRows
    .filter((row) => row.entity === entity)
    .flatMap(({ forms }) => forms)
    .map((form) => () => form.replace(/[#@?]/g, (sign) => draw.from(SIGNS[sign]!, 1)));

const SIGNS: Readonly<Record<string, string>> = {
  '#': '0123456789',
  '@': 'ABCDEFGHJKLMNPQRSTUVWXYZ',
  '?': 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789',
};

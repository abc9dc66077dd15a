import { byteAt, type Found, flags, type Kind, LETTER } from './bytes.ts';
import { dial } from './dialling.ts';
import { digitCount, digitsOf, type Group, type Written } from './number.ts';
import { eastern, likeOneBefore, lone, northAmerican, told, trunk } from './phone-national.ts';
import { called, ends, extensionEnd, type Reading } from './phone-reading.ts';

/** Phone numbers of the world: international by their plan, national by how they are written, others by context. */
export const phones: readonly Kind[] = [{ entity: 'PHONE_NUMBER', group: 'pii', longest: 52 }];

export function findPhone(written: Written): Found | undefined {
  const lead = leadOf(written);
  const reading = lead.includes('+')
    ? international(written, lead)
    : (northAmerican(written, lead) ??
      trunk(written, lead) ??
      eastern(written) ??
      told(written, lead) ??
      likeOneBefore(written) ??
      lone(written));
  if (!reading) return undefined;
  const end = extensionEnd(written, reading.groups.at(-1)!.end);
  return { entity: 'PHONE_NUMBER', start: reading.start, end, score: reading.score, detector: 'phone' };
}

/** The `+`, `(`, `(+` or `+(` that belongs to the number: a bracket does where it closes behind the first group. */
function leadOf({ text, groups }: Written): '' | '+' | '(' | '(+' | '+(' {
  const at = groups[0]!.start;
  const closes = groups[1]?.gap.startsWith(')') === true;
  if (byteAt(text, at - 1) === 0x2b) return closes && byteAt(text, at - 2) === 0x28 ? '(+' : '+';
  if (!closes || byteAt(text, at - 1) !== 0x28) return '';
  return byteAt(text, at - 2) === 0x2b ? '+(' : '(';
}

/** `+` and a calling code: valid by its plan, or of a possible length and long or in groups. */
function international(written: Written, lead: string): Reading | undefined {
  const start = written.groups[0]!.start - lead.length;
  let best: Reading | undefined;
  for (let count = Math.min(written.groups.length, 7); count > 0; count--) {
    const groups = written.groups.slice(0, count);
    const digits = digitCount(groups);
    if (digits < 7) break;
    const ended = ends(written, groups);
    if (digits > 16 || !(ended || isGlued(written, groups))) continue;
    const dialled = dial(digitsOf(written.text, groups));
    if (dialled === 'valid') return { groups, start, score: 0.95 };
    if (!ended) continue;
    best ??= likely(written, groups, dialled === 'possible', start);
  }
  return best;
}

/** `+1 415 555 0132or`: sign and groups tell where the number ends though a word follows at once. */
const isGlued = ({ text }: Written, groups: readonly Group[]): boolean =>
  groups.length > 1 && (flags[byteAt(text, groups.at(-1)!.end)]! & LETTER) !== 0;

function likely(
  written: Written,
  groups: readonly Group[],
  possible: boolean,
  start: number,
): Reading | undefined {
  const digits = digitCount(groups);
  if (digits < 8 || digits > 15) return undefined;
  if (called(written, groups)) return { groups, start, score: 0.6 };
  const telling = digits >= 10 || groups.length > 2 || groups[1]?.gap.includes('(');
  return possible && telling ? { groups, start, score: 0.55 } : undefined;
}

import { byteAt, type Found, type Kind, latin } from './bytes.ts';
import { before, labelledOtherwise } from './context.ts';
import { dial } from './dialling.ts';
import { digitsOf, endsAt, type Group, separatorOf, shapeOf, type Written } from './number.ts';

/** Phone numbers of the world: international by their plan, national by how they are written, others by context. */
export const phones: readonly Kind[] = [{ entity: 'PHONE_NUMBER', group: 'pii', longest: 40 }];

const strong =
  /phone|fone\b|\btel\b|\btel[.:]|telef|\bmobil|\bmovil|m.{1,2}vil|cell\b|cellul|celular|handy|\bfax|whatsapp|\bsms\b|\bmsisdn|\bcontact (?:no|num)|\bdial|\bext\b|\brufnummer|numero|n.{1,2}mero de tel|ligue|llam|\bring\b|call(?:ed|ing)? (?:me|us|him|her|them|back|at|on)\b|call\W{0,2}$|reach (?:me|us|him|her|them|out)|answering at|text(?:ed|ing)? (?:me|us|him|her|them|at)\b|messages? (?:to|at|on)\b|registered\b|\boffice\b|hotline|helpline|landline/;

const weak = /\bcall|\breach|\bcontact|\btext\b|\bnumber\b|\bring/;

interface Reading {
  readonly groups: readonly Group[];
  readonly start: number;
  readonly score: number;
}

export function findPhone(written: Written): Found | undefined {
  const { text } = written;
  const first = written.groups[0]!;
  const lead = leadOf(written);
  const context = before(text, first.start - lead.length);
  const reading = lead.includes('+')
    ? international(written, lead, context)
    : (northAmerican(written, lead, context) ??
      trunk(written, lead, context) ??
      told(written, lead, context));
  if (!reading) return undefined;
  const end = extensionEnd(written, reading.groups.at(-1)!.end);
  return { entity: 'PHONE_NUMBER', start: reading.start, end, score: reading.score, detector: 'phone' };
}

/** The `+`, `(` or `(+` that belongs to the number. */
function leadOf({ text, groups }: Written): string {
  const at = groups[0]!.start;
  if (byteAt(text, at - 1) === 0x2b) return byteAt(text, at - 2) === 0x28 ? '(+' : '+';
  if (byteAt(text, at - 1) !== 0x28) return '';
  return byteAt(text, at - 2) === 0x2b ? '+(' : '(';
}

const ends = (written: Written, groups: readonly Group[]): boolean => {
  const end = groups.at(-1)!.end;
  return endsAt(written.text, end, separatorOf(groups) ?? ' ') || extensionEnd(written, end) > end;
};

/** `+` and a calling code: valid by its plan, or of a possible length and written in groups. */
function international(written: Written, lead: string, context: string): Reading | undefined {
  const all = written.groups;
  let best: Reading | undefined;
  for (let count = Math.min(all.length, 7); count > 0; count--) {
    const groups = all.slice(0, count);
    const digits = digitsOf(groups);
    if (digits.length < 7) break;
    if (digits.length > 16 || !ends(written, groups)) continue;
    const dialled = dial(digits);
    const start = groups[0]!.start - lead.length;
    if (dialled === 'valid') return { groups, start, score: 0.95 };
    if (digits.length < 8 || digits.length > 15 || best) continue;
    const grouped = count > 2 || all[1]?.gap.includes('(');
    const said = strong.test(context) && !/\bid\W{0,3}$|\bcode\W{0,3}$/.test(context);
    if (said) best = { groups, start, score: 0.6 };
    else if (dialled === 'possible' && grouped) best = { groups, start, score: 0.55 };
  }
  return best;
}

/** (415) 555-0132, 415-555-0132, 415.555.0132, 1-415-555-0132; with spaces or bare only where the context says so. */
function northAmerican(written: Written, lead: string, context: string): Reading | undefined {
  const all = written.groups;
  const country = all[0]!.digits === '1' ? 1 : 0;
  const groups = all.slice(0, country + 3);
  if (shapeOf(groups) !== (country ? '1-3-3-4' : '3-3-4') || !ends(written, groups)) return undefined;
  const [area, exchange, line] = groups.slice(-3) as [Group, Group, Group];
  const start = groups[0]!.start - lead.length;
  const told = strong.test(context);
  if (!/^[2-9]/.test(area.digits) || !/^[2-9]/.test(exchange.digits))
    return told ? { groups, start, score: 0.6 } : undefined;
  const bracketed = /^\)/.test(exchange.gap) && (lead === '(' || area.gap.includes('('));
  const separator = line.gap;
  if (bracketed || ((separator === '-' || separator === '.') && exchange.gap === separator)) {
    return { groups, start, score: labelledOtherwise(context) ? 0.5 : 0.8 };
  }
  if (told) return { groups, start, score: 0.85 };
  return { groups, start, score: labelledOtherwise(context) || separator === ' ' ? 0.4 : 0.6 };
}

/** A trunk zero and groups, as most countries write: 079 2718 1155, 01 42 68 53 00; or an area code in brackets. */
function trunk(written: Written, lead: string, context: string): Reading | undefined {
  const all = written.groups;
  for (let count = Math.min(all.length, 6); count > 1; count--) {
    const groups = all.slice(0, count);
    const digits = digitsOf(groups);
    if (digits.length > 12 || !ends(written, groups)) continue;
    if (digits.length < 9) return undefined;
    const bracketed = lead === '(' && groups[1]!.gap.startsWith(')') && groups[0]!.digits.length <= 5;
    const zero =
      /^0[1-9]/.test(digits) &&
      groups[0]!.digits.length > 1 &&
      groups.slice(1).every((group) => group.digits.length > 1);
    if (!bracketed && !(zero && count > 2 && separatorOf(groups) !== '.')) continue;
    if (labelledOtherwise(context) || looksLikeDate(groups)) return undefined;
    return { groups, start: groups[0]!.start - lead.length, score: strong.test(context) ? 0.85 : 0.6 };
  }
  return undefined;
}

/** Any 7 to 13 digits that the text or the key calls a phone number. */
function told(written: Written, lead: string, context: string): Reading | undefined {
  const sure = strong.test(context);
  if ((!sure && !weak.test(context)) || labelledOtherwise(context)) return undefined;
  const all = written.groups;
  for (let count = Math.min(all.length, 6); count > 0; count--) {
    const groups = all.slice(0, count);
    const digits = digitsOf(groups);
    if (
      digits.length > 13 ||
      !ends(written, groups) ||
      groups.slice(1).some((group) => group.digits.length < 2)
    )
      continue;
    if (digits.length < 7 || looksLikeDate(groups) || /^(\d)\1*$/.test(digits)) return undefined;
    if (!sure && (digits.length < 9 || count < 2 || groups.some((group) => group.gap.includes('.'))))
      return undefined;
    const bracket = lead === '(' && count > 1 && groups[1]!.gap.startsWith(')') ? 1 : 0;
    return { groups, start: groups[0]!.start - bracket, score: sure ? 0.65 : 0.5 };
  }
  return undefined;
}

function looksLikeDate(groups: readonly Group[]): boolean {
  const [a, b, c] = groups.map((group) => group.digits);
  if (!a || !b || !c) return false;
  const month = Number(b) <= 12 && b.length <= 2;
  const year = (text: string) => /^(?:19|20)\d\d$/.test(text);
  return (
    (year(a) && month && c.length <= 2) ||
    (year(c) && a.length <= 2 && b.length <= 2 && (month || Number(a) <= 12))
  );
}

/** `x123`, ` ext. 123` */
function extensionEnd({ text }: Written, at: number): number {
  const follows = /^ ?(?:x|ext\.?|extension) ?\d{1,5}(?![0-9A-Za-z])/i.exec(latin(text, at, at + 18));
  return follows ? at + follows[0].length : at;
}

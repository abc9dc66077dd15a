/** What stands in for a sensitive value, in each of the five forms, and which form holds where two overlap. */
import type { Masking } from '../exchange.ts';
import { drawOf, type KeyedHash } from './draw.ts';
import { numberLike, partOfNumber, zeroLike } from './number.ts';
import { type Maker, reshape } from './shape.ts';
import { makerOf } from './surrogate.ts';

export type { KeyedHash } from './draw.ts';

export interface MaskInput {
  readonly form: Masking['form'];
  readonly entity: string;
  readonly value: string;
  readonly kind: 'string' | 'number' | 'key';
  readonly caller: string;
  /** What a made-up value must pass to be found again. */
  readonly check?: ((value: string) => boolean) | undefined;
}

export interface MaskedValue {
  readonly replacement: string;
  readonly restorable: boolean;
}

/** Longer made-up values tell a model nothing that a placeholder does not, and a stream would wait for their end. */
const longestMadeUp = 128;

const hashDigits = 16;
const codeLetters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLengths = [4, 6, 8, 12, 16];
const numberDraws = 8;
/** Of so many values, some passes any check sum. */
const checkedDraws = 1024;

/** The replacement of one value; the same for the same caller, entity and value, always. */
export function maskValue(input: MaskInput, hash: KeyedHash): MaskedValue {
  const restorable = isRestorable(input.form);
  const replacement = restorable
    ? (first(candidates(input, hash)) ?? nothing(input))
    : fixedForm(input, hash);
  return { replacement, restorable };
}

export const isRestorable = (form: Masking['form']): boolean =>
  form === 'surrogate' || form === 'placeholder';

/** Replacements that can be turned back, the best first: the next one serves where one is taken by another value. */
export function* candidates(input: MaskInput, hash: KeyedHash): Generator<string> {
  if (input.kind === 'number') yield* madeUpNumbers(input, hash);
  else {
    if (input.form === 'surrogate') yield* madeUp(input, hash);
    yield* placeholders(input, hash);
  }
}

/** What is left to say where no replacement can be turned back. */
export const nothing = ({ kind, entity, value }: MaskInput): string =>
  kind === 'number' ? zeroLike(value) : `[REDACTED:${entity}]`;

function* madeUpNumbers({ caller, entity, value, check }: MaskInput, hash: KeyedHash): Generator<string> {
  const { maker, canonical } = makerOf(entity, value);
  const draw = drawOf(hash, [caller, entity, canonical]);
  for (let i = 0; i < numberDraws; i++) {
    const made = passing(check, maker, () => numberLike(value, maker, draw));
    if (made !== value) yield made;
  }
}

function* madeUp({ caller, entity, value, check }: MaskInput, hash: KeyedHash): Generator<string> {
  const { maker, canonical } = makerOf(entity, value);
  if (value.length > longestMadeUp) return;
  const draw = drawOf(hash, [caller, entity, canonical]);
  const made = passing(check, maker, () => maker.make(value, draw));
  if (made !== value && made.length <= longestMadeUp && isTelling(made)) yield made;
}

/** The first that passes; a maker that knows its entity makes no other. */
function passing(check: MaskInput['check'], maker: Maker, make: () => string): string {
  let made = make();
  if (!check || maker !== reshape) return made;
  for (let i = 1; i < checkedDraws && !check(made); i++) made = make();
  return made;
}

/** Whether a text is so unlike others that it is safe to look for it: 47 or `yes` stand anywhere by chance. */
export function isTelling(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const digits = text.match(/\p{Nd}/gu)?.length ?? 0;
  return digits === 0 ? letters >= 6 : letters + digits >= 5;
}

/** Of the value as it is spelled, so that each spelling comes back as it was. */
function* placeholders({ caller, entity, value }: MaskInput, hash: KeyedHash): Generator<string> {
  const code = drawOf(hash, [caller, entity, value]).from(codeLetters, codeLengths.at(-1)!);
  for (const length of codeLengths) yield `[${entity}_${code.slice(0, length)}]`;
}

function fixedForm(input: MaskInput, hash: KeyedHash): string {
  if (input.form === 'redact') return nothing(input);
  if (input.form === 'partial') return partial(input);
  if (input.kind === 'number') return first(madeUpNumbers(input, hash)) ?? nothing(input);
  const { caller, entity, value } = input;
  const draw = drawOf(hash, [caller, entity, makerOf(entity, value).canonical]);
  return `[${entity}:${draw.from('0123456789abcdef', hashDigits)}]`;
}

const first = <T>([item]: Iterable<T>): T | undefined => item;

/** The last four letters or digits, and the separators. */
function partial({ value, kind }: MaskInput): string {
  if (kind === 'number') return partOfNumber(value, shown);
  const count = value.match(character)?.length ?? 0;
  let hidden = count - shown(count);
  return value.replace(character, (kept) => (hidden-- > 0 ? '*' : kept));
}

const character = /[\p{L}\p{M}\p{N}]/gu;

/** Of less than eight no more than a quarter, or the rest could be guessed. */
const shown = (count: number): number => (count >= 8 ? 4 : count >> 2);

const strength: readonly Masking['form'][] = ['surrogate', 'placeholder', 'partial', 'hash', 'redact'];

/** One leaf's maskings, in order and apart: what overlaps becomes one, in the strongest form among them. */
export function mergeMasks(masks: readonly Masking[]): Masking[] {
  const merged: Masking[] = [];
  for (const mask of masks
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start || stronger(a, b))) {
    const last = merged.at(-1);
    if (last === undefined || mask.start >= last.end) merged.push(mask);
    else {
      const winner = stronger(last, mask) <= 0 ? last : mask;
      merged[merged.length - 1] = stretched(winner, last.start, Math.max(last.end, mask.end));
    }
  }
  return merged;
}

/** The mask over a wider place, which its decoded value then no longer is. */
export function stretched(mask: Masking, start: number, end: number): Masking {
  if (mask.start === start && mask.end === end) return mask;
  const { value: _, ...rest } = mask;
  return { ...rest, start, end };
}

/** Strongest first; among equals the longer, then by name, so that the order of rules cannot matter. */
function stronger(a: Masking, b: Masking): number {
  return (
    strength.indexOf(b.form) - strength.indexOf(a.form) ||
    b.end - b.start - (a.end - a.start) ||
    compare(a.entity, b.entity) ||
    compare(a.rule, b.rule)
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

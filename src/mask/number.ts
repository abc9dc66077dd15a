/** JSON numbers: what stands in for one is a number of the same kind, in every form. */
import type { Draw } from './draw.ts';
import type { Maker } from './shape.ts';

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

export const isNumber = (text: string): boolean => jsonNumber.test(text);

/** A number that says nothing: 0, or 0.0 for a decimal. */
export const zeroLike = (value: string): string => (value.includes('.') ? '0.0' : '0');

/** As the entity's maker has it where that is a number still, else other digits in the same places. */
export function numberLike(value: string, maker: Maker, draw: Draw): string {
  if (/^\d+$/.test(value)) {
    const made = maker.make(value, draw);
    if (made !== value && made.length === value.length && fits(value, made)) return made;
  }
  const [mantissa = value, exponent = ''] = value.split(/(?=[eE])/);
  const drawn = otherDigits(mantissa, draw);
  // A double holds no more digits than the original did: JSON parsers would round the rest away.
  return (fits(value, drawn) ? drawn : drawn.replace(/[1-9]/, '1')) + exponent;
}

const fits = (value: string, made: string): boolean =>
  isNumber(made) && (Number.isSafeInteger(Number(made)) || !Number.isSafeInteger(Number(value)));

/** No zero in front, nor at the end of decimals, where a program that writes the number again would drop it. */
function otherDigits(mantissa: string, draw: Draw): string {
  const whole = mantissa.replace(/\..*/, '');
  const decimals = mantissa.slice(whole.length + 1);
  const lead = whole.replace(/\d+/, (digits) => draw.from('123456789', 1) + draw.digits(digits.length - 1));
  return decimals === '' ? lead : `${lead}.${draw.digits(decimals.length - 1)}${draw.from('123456789', 1)}`;
}

/** The last digits of a number behind ones. */
export function partOfNumber(value: string, keep: (count: number) => number): string {
  const [mantissa = value, exponent = ''] = value.split(/(?=[eE])/);
  const count = mantissa.replace(/\D/g, '').length;
  let left = count - keep(count);
  return mantissa.replace(/\d/g, (digit) => (left-- > 0 ? '1' : digit)) + exponent;
}

/** Durations and sizes as people write them: `4m`, `30d`, `32MB`. Their spelling was checked by the schema. */

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const BYTES: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

export const milliseconds = (duration: string): number => quantity(duration, MILLISECONDS);

export const bytes = (size: string): number => quantity(size, BYTES);

function quantity(text: string, units: Readonly<Record<string, number>>): number {
  const digits = /^\d+/.exec(text)![0];
  return Number(digits) * units[text.slice(digits.length)]!;
}

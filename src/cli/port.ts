import { InvalidArgumentError } from '@commander-js/extra-typings';

/** A port as an option names it; 0 picks one. */
export function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text);
  throw new InvalidArgumentError('Write a number from 0 to 65535.');
}

/** Both ends prove that they read the same private file, and neither sends what it says: a stranger's socket learns nothing. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Raised when either end could misread the other. */
export const version = 1;

export const newNonce = (): string => randomBytes(16).toString('hex');

export interface Nonces {
  readonly visitor: string;
  readonly gateway: string;
}

export const proofOf = (who: keyof Nonces, token: string, { visitor, gateway }: Nonces): string =>
  createHmac('sha256', token).update(`fcgate ${version} ${who} ${visitor} ${gateway}`).digest('hex');

/** In a time that does not tell where they differ. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

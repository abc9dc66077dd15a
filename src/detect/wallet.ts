import {
  ALNUM,
  BASE58,
  byteAt,
  type Found,
  flags,
  HEX,
  type Kind,
  latin,
  runEnd,
  startsWord,
  type Text,
} from './bytes.ts';
import { sha256 } from './sha256.ts';

/** Crypto wallets: Bitcoin by check sum (base58check, bech32), Ethereum by its form. */
export const wallets: readonly Kind[] = [{ entity: 'CRYPTO', group: 'financial', longest: 90 }];

/** From the `1`, `2` or `3` that an address begins with. */
export function findBase58(text: Text, at: number): Found | undefined {
  if (!startsWord(text, at)) return undefined;
  const end = runEnd(text, at, BASE58, 37);
  if (end - at < 25 || end - at > 36 || (flags[byteAt(text, end)]! & ALNUM) !== 0) return undefined;
  return checked(latin(text, at, end))
    ? { entity: 'CRYPTO', start: at, end, score: 0.95, detector: 'bitcoin' }
    : undefined;
}

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** 21 bytes and the first four of their double hash. */
function checked(address: string): boolean {
  const bytes = new Uint8Array(25);
  for (const char of address) {
    let carry = base58.indexOf(char);
    for (let i = 24; i >= 0; i--) {
      carry += bytes[i]! * 58;
      bytes[i] = carry & 0xff;
      carry >>= 8;
    }
    if (carry !== 0) return false;
  }
  const sum = sha256(sha256(bytes.subarray(0, 21)));
  return [0, 1, 2, 3].every((i) => sum[i] === bytes[21 + i]);
}

/** From the `1` of `bc1` or `tb1`. */
export function findBech32(text: Text, one: number): Found | undefined {
  const start = one - 2;
  const [first, second] = [byteAt(text, start) | 0x20, byteAt(text, start + 1) | 0x20];
  if (!(first === 0x62 && second === 0x63) && !(first === 0x74 && second === 0x62)) return undefined;
  if (!startsWord(text, start)) return undefined;
  const end = runEnd(text, start, ALNUM, 91);
  const address = latin(text, start, end);
  if (address !== address.toLowerCase() && address !== address.toUpperCase()) return undefined;
  return polymod(address.toLowerCase())
    ? { entity: 'CRYPTO', start, end, score: 0.95, detector: 'bitcoin-bech32' }
    : undefined;
}

const bech32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function polymod(address: string): boolean {
  if (address.length < 14 || address.length > 90) return false;
  const values = [...address.slice(3)].map((char) => bech32.indexOf(char));
  if (values.includes(-1)) return false;
  const prefix = [address.charCodeAt(0), address.charCodeAt(1)];
  let sum = 1;
  for (const value of [
    ...prefix.map((code) => code >> 5),
    0,
    ...prefix.map((code) => code & 31),
    ...values,
  ]) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    generators.forEach((generator, i) => {
      if ((top >> i) & 1) sum ^= generator;
    });
  }
  return sum === 1 || sum === 0x2bc830a3;
}

/** From the zero of `0x`: twenty bytes in hex. */
export function findEthereum(text: Text, at: number): Found | undefined {
  if (!startsWord(text, at)) return undefined;
  const end = runEnd(text, at + 2, HEX, 41);
  if (end - at !== 42 || (flags[byteAt(text, end)]! & ALNUM) !== 0) return undefined;
  return { entity: 'CRYPTO', start: at, end, score: 0.75, detector: 'ethereum' };
}

/** Crypto wallets of the same kind, whose check sums are right and whose keys nobody has. */
import { sha256 } from '../detect/sha256.ts';
import type { Draw } from './draw.ts';
import { type Maker, reshape } from './shape.ts';

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const bech32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

export const wallet: Maker = {
  make(value, draw) {
    if (/^0x[0-9a-f]{40}$/i.test(value)) return ethereum(value, draw);
    if (/^[a-z]{2,4}1[02-9ac-hj-np-z]{20,80}$/i.test(value)) return segwit(value, draw);
    if (/^[1-9A-HJ-NP-Za-km-z]{25,36}$/.test(value)) return base58check(value, draw);
    return reshape.make(value, draw);
  },
};

/** All in one case, which stands outside the mixed-case check sum. */
function ethereum(value: string, draw: Draw): string {
  const digits = draw.from('0123456789abcdef', 40);
  return value.slice(0, 2) + (/[a-f]/.test(value.slice(2)) ? digits : digits.toUpperCase());
}

function segwit(value: string, draw: Draw): string {
  const one = value.lastIndexOf('1');
  const prefix = value.slice(0, one).toLowerCase();
  const version = value[one + 1]!.toLowerCase();
  const length = value.length - one - 8;
  // 32 bytes leave four bits of the last letter unused: they are zero.
  const last = length === 52 ? draw.pick(['q', 's']) : draw.from(bech32, 1);
  const program = version + draw.from(bech32, length - 1) + last;
  const address = `${prefix}1${program}${bech32Sum(prefix, program, version === 'q' ? 1 : 0x2bc830a3)}`;
  return value === value.toUpperCase() ? address.toUpperCase() : address;
}

const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function bech32Sum(prefix: string, program: string, constant: number): string {
  const codes = [...prefix].map((letter) => letter.charCodeAt(0));
  const values = [...program].map((letter) => bech32.indexOf(letter));
  let sum = 1;
  for (const value of [
    ...codes.map((code) => code >> 5),
    0,
    ...codes.map((code) => code & 31),
    ...values,
    0,
    0,
    0,
    0,
    0,
    0,
  ]) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    generators.forEach((generator, i) => {
      if ((top >> i) & 1) sum ^= generator;
    });
  }
  return [25, 20, 15, 10, 5, 0].map((shift) => bech32[((sum ^ constant) >> shift) & 31]).join('');
}

/** The version byte stays; an address of another length than the original's is drawn again. */
function base58check(value: string, draw: Draw): string {
  let number = 0n;
  for (const letter of value) number = number * 58n + BigInt(base58.indexOf(letter));
  const version = Number((number >> 192n) & 0xffn);
  for (let attempt = 0; attempt < 16; attempt++) {
    const bytes = Uint8Array.from({ length: 21 }, (_, i) => (i === 0 ? version : draw.below(256)));
    const address = encode(Uint8Array.from([...bytes, ...sha256(sha256(bytes)).subarray(0, 4)]));
    if (address.length === value.length && address[0] === value[0]) return address;
  }
  return value[0] + draw.from(base58, value.length - 1);
}

function encode(bytes: Uint8Array): string {
  let number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = '';
  for (; number > 0n; number /= 58n) text = base58[Number(number % 58n)] + text;
  return '1'.repeat(bytes.findIndex((byte) => byte !== 0)) + text;
}

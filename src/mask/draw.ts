/**
 * Draws: an endless run of choices that depends on nothing but the install key and what is masked. The same
 * caller, entity and value always draw the same; without the key nothing can be told from what was drawn.
 */

/** HMAC-SHA-256 of a message under the install key; an effect of the caller, handed in. */
export type KeyedHash = (message: string) => Uint8Array;

export interface Draw {
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
  digits(count: number): string;
  /** So many characters of the alphabet. */
  from(alphabet: string, count: number): string;
  pick<T>(list: readonly T[]): T;
}

/** Two bytes decide among few, with a bias below 1 in 256. */
const few = 256;

/** JSON keeps the parts apart, and tells lone surrogates (which UTF-8 would all make alike) from one another. */
export function drawOf(hash: KeyedHash, parts: readonly (string | number)[]): Draw {
  let block: DataView = new DataView(new ArrayBuffer(0));
  let blocks = 0;
  let at = 0;

  const below = (limit: number): number => {
    const width = limit <= few ? 2 : 4;
    if (at + width > block.byteLength) {
      const bytes = hash(JSON.stringify([...parts, blocks++]));
      block = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      at = 0;
    }
    const number = width === 2 ? block.getUint16(at) : block.getUint32(at);
    at += width;
    return number % limit;
  };
  const from = (alphabet: string, count: number): string => {
    let text = '';
    while (text.length < count) text += alphabet[below(alphabet.length)];
    return text;
  };
  return {
    below,
    from,
    digits: (count) => from('0123456789', count),
    pick: (list) => list[below(list.length)]!,
  };
}

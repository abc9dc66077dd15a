/**
 * Known names, places and plain words: what a word or phrase may be, told by a hash of its letters, so that a few hundred
 * thousand of them are one sorted table that is read in a moment. `scripts/names.mjs` writes it.
 */

/** One bit for each thing that a word may be. */
export const FIRST = 1;
export const LAST = 2;
/** A first or a last name, of a source that does not say which. */
export const NAME = 4;
export const PLACE = 8;
/** A country, or a place of many people. */
export const KNOWN_PLACE = 16;
/** A word that texts are full of, whatever else it may be. */
export const PLAIN = 32;

export interface Gazetteer {
  /** 0 where nothing is known. */
  kindsOf(phrase: string): number;
}

/** Letters as they are compared: small, without marks. */
const fold = (phrase: string): string =>
  /^[A-Za-z ]*$/.test(phrase)
    ? phrase.toLowerCase()
    : phrase
        .normalize('NFKD')
        .replace(/\p{M}+/gu, '')
        .toLowerCase();

function hashOf(phrase: string): number {
  const folded = fold(phrase);
  let hash = 0x811c9dc5;
  for (let i = 0; i < folded.length; i++) hash = Math.imul(hash ^ folded.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Four bytes a hash, in order, little end first; then one byte each of what it may be. */
export function writeGazetteer(entries: Iterable<readonly [phrase: string, kinds: number]>): Uint8Array {
  const byHash = new Map<number, number>();
  for (const [phrase, kinds] of entries) {
    const hash = hashOf(phrase);
    byHash.set(hash, (byHash.get(hash) ?? 0) | kinds);
  }
  const sorted = [...byHash].sort(([a], [b]) => a - b);
  const table = new DataView(new ArrayBuffer(sorted.length * 5));
  sorted.forEach(([hash, kinds], i) => {
    table.setUint32(i * 4, hash, true);
    table.setUint8(sorted.length * 4 + i, kinds);
  });
  return new Uint8Array(table.buffer);
}

export function readGazetteer(table: Uint8Array): Gazetteer {
  const count = Math.floor(table.length / 5);
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  return {
    kindsOf(phrase) {
      const hash = hashOf(phrase);
      let [low, high] = [0, count];
      while (low < high) {
        const middle = (low + high) >>> 1;
        const at = view.getUint32(middle * 4, true);
        if (at === hash) return view.getUint8(count * 4 + middle);
        if (at < hash) low = middle + 1;
        else high = middle;
      }
      return 0;
    },
  };
}

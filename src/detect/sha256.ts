/** SHA-256, for the check sum of Bitcoin addresses: the room is pure, and the words are short. */
export function sha256(message: Uint8Array): Uint8Array {
  const state = Uint32Array.from(roots(8), (root) => fraction(Math.sqrt(root)));
  const padded = pad(message);
  const words = new Uint32Array(64);
  for (let block = 0; block < padded.byteLength; block += 64) {
    for (let i = 0; i < 16; i++) words[i] = padded.getUint32(block + i * 4);
    for (let i = 16; i < 64; i++)
      words[i] =
        words[i - 16]! + small(words[i - 15]!, 7, 18, 3) + words[i - 7]! + small(words[i - 2]!, 17, 19, 10);
    compress(state, words);
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => {
    digest.setUint32(i * 4, word);
  });
  return new Uint8Array(digest.buffer);
}

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
const small = (word: number, a: number, b: number, shift: number): number =>
  turn(word, a) ^ turn(word, b) ^ (word >>> shift);
const big = (word: number, a: number, b: number, c: number): number =>
  turn(word, a) ^ turn(word, b) ^ turn(word, c);
const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) >>> 0;

/** The first primes, of whose roots the constants are made. */
function roots(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

const constants = Uint32Array.from(roots(64), (prime) => fraction(Math.cbrt(prime)));

function pad(message: Uint8Array): DataView {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, message.length * 8);
  return view;
}

function compress(state: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < 64; i++) {
    const one = (h + big(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + constants[i]! + words[i]!) | 0;
    const two = (big(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = state[i]! + word;
  });
}

import { ALNUM, flags, type Text, UPPER } from './bytes.ts';
import { words } from './context.ts';

/** What the name that a value stands under says of it. */
export interface Name {
  readonly words: readonly string[];
  /** Something to get in with, which people choose. */
  readonly password: boolean;
  /** A key or token, which machines make. */
  readonly secret: boolean;
  /** No more than `key`: as likely that of a dictionary. */
  readonly bare: boolean;
}

const password =
  /(?:pa?s{1,2}w(?:o?rs?)?d|passphrase|passcode|passwort|kennwort|userpwd|contrasena|senha)$|^(?:db|user|admin|root|my|smtp|ftp|auth|ssh|sudo|pg|mysql|default)?(?:pass|pw|pwd|pswd|psw|pswrd)$/;

const secret =
  /(?:secret|token|key|passwd|password|creds?|credentials?|pwd)$|^(?:api|auth|authorization|authentication|access|private|pat|jwt|bearer|hmac|salt|keys?|hash[_ ]?key|otp|licence|license|crumb|webhook|passwd|pass)$/;

/** The last word of a name that speaks of a secret, and not of the secret itself. */
const about = new Set(
  (
    'id ids name names url uri urls path paths file files filename length len size type types kind count version alg algorithm format ' +
    'expires expiry expiration expired ttl at date time timeout arn fingerprint hash digest checksum label hint field fields placeholder prompt policy ' +
    'regex pattern rotation manager store provider class required enabled disabled min max usage used limit index alias vault ring board code ' +
    'down up press event location endpoint host hostname port region user username email title description column table prefix suffix scope scopes ' +
    'state status error message reset page link form header headers count counter chars source selector words word manager service mode map'
  ).split(' '),
);

/** Words that make a key or token one that opens nothing. */
const harmless = new Set(
  (
    'public pub primary foreign partition sort sorting idempotency cache bucket object schema sequence row lookup csrf xsrf page next continuation ' +
    'cursor sync natural hot idx author fingerprint sha sha1 sha256 md5 integrity checksum commit digest dedupe group routing translation i18n ' +
    'locale issuer turkey monkey donkey keyboard event shortcut hotkey srcrev rev revision etag react query sitekey pubkey publickey etag trace span'
  ).split(' '),
);

/** Says nothing itself: what stands before it counts. `token string = …`, `password_prod`. */
const neutral =
  /^(?:string|str|text|value|val|var|const|data|prod|production|dev|test|testing|staging|stage|live|new|old|confirm|confirmation|default|plain|raw|is|was|by|with|as|\w|\d+|v\d|to)$/;

/** What a build hands on to a page is called so; the rest is the name. */
const appPrefix = /^.*\breact app (?=\w)/;

export function nameOf(written: string): Name {
  const all = words(written).replace(appPrefix, '').split(' ').slice(-6);
  const tail = [...all];
  while (tail.length > 1 && neutral.test(tail.at(-1)!)) tail.pop();
  const last = tail.at(-1)!;
  const tells = !about.has(last) && !all.some((word) => harmless.has(word));
  return {
    words: all,
    password: tells && password.test(last),
    secret: tells && tail.slice(-3).some((word) => secret.test(word)),
    bare: tail.length === 1 && (last === 'key' || last === 'auth' || last === 'access'),
  };
}

/** Endings of names that are worth reading: words of the patterns above, and vendors'. By hash, as most names are none. */
const chosen: readonly string[] = (
  'password passwd pasword paswd psswd pswrd paswrd psword pssword passworsd passphrase passcode passwort kennwort userpwd contrasena senha pass pw pwd pswd psw ' +
  'auth authorization string value text'
).split(' ');
const made: readonly string[] = (
  'secret token key keys cred creds credential credentials apikey api authentication access private pat jwt bearer hmac salt otp ' +
  'licence license crumb webhook'
).split(' ');

const SEED = 7;
const grow = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193) >>> 0;

/** Nothing is told; what machines make; what people choose, or a value in need of a closer look. */
export const NONE = 0;
export const MADE = 1;
const CHOSEN = 2;

/** What some word's end of the name that ends at `end` may tell, by its letters alone. */
export function nameGate(
  vendors: readonly string[],
): (text: Pick<Text, 'bytes' | 'start'>, end: number) => number {
  const hashes = new Map<number, number>();
  const hashOf = (word: string): number =>
    [...word].reverse().reduce((hash, char) => grow(hash, char.charCodeAt(0)), SEED);
  for (const word of [...made, ...vendors]) hashes.set(hashOf(word), MADE);
  for (const word of chosen) hashes.set(hashOf(word), CHOSEN);
  const marks = new Uint8Array(0x2000);
  for (const hash of hashes.keys()) marks[hash & 0x1fff] = 1;
  return ({ bytes, start }, end) => {
    const stop = Math.max(start, end - 48);
    let hash = SEED;
    let told = NONE;
    for (let i = end - 1; i >= stop; i--) {
      const byte = bytes[i]!;
      const flag = flags[byte]!;
      if ((flag & ALNUM) === 0) {
        if (byte !== 0x5f && byte !== 0x2d && byte !== 0x2e) break;
        hash = SEED;
        continue;
      }
      hash = grow(hash, byte | 0x20);
      if (marks[hash & 0x1fff] !== 0) told |= hashes.get(hash) ?? NONE;
      // `appSecret`: behind the hump another word ends.
      if ((flag & UPPER) !== 0 && i > stop && (flags[bytes[i - 1]!]! & UPPER) === 0) hash = SEED;
    }
    return told;
  };
}

const placeOf = (first: number, second: number, last: number): number =>
  ((first & 31) << 10) | ((second & 31) << 5) | (last & 31);

/** The last three letters of what `nameGate` knows, by five bits of each: a first sieve, which lets pass what is no letter. */
const lastThree: Readonly<Uint8Array> = readLastThree();

function readLastThree(): Uint8Array {
  const read = new Uint8Array(0x8000);
  for (const word of [...made, ...chosen, 'com', 'id'])
    for (let first = 0; first < 32; first++)
      if (word.length < 3 || (word.charCodeAt(word.length - 3) & 31) === first)
        read[placeOf(first, word.charCodeAt(word.length - 2), word.charCodeAt(word.length - 1))] = 1;
  // Spaces, quotes, backslashes, brackets.
  for (const odd of Buffer.from(' "\'\\]')) for (let i = 0; i < 0x400; i++) read[(i << 5) | (odd & 31)] = 1;
  return read;
}

/** Whether a name that ends in these letters may tell. */
export const endsTelling = (first: number, second: number, last: number): boolean =>
  lastThree[placeOf(first, second, last)] !== 0;

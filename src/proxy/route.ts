/** `/CONNECTION/REST?QUERY` → the connection's name, and a path that cannot climb above the connection's target. */
import { FcgateError } from '../errors.ts';

export interface Route {
  readonly connection: string;
  /** Begins with `/`; the query stands as it came. */
  readonly path: string;
}

export function route(url: string): Route {
  if (!/^\/[!-~]*$/.test(url) || url.includes('#')) {
    throw ambiguous(
      'The request target is no plain path. Point the base URL at http://HOST:PORT/CONNECTION.',
    );
  }
  const question = url.indexOf('?');
  const whole = question < 0 ? url : url.slice(0, question);
  const query = question < 0 ? '' : url.slice(question);
  const slash = whole.indexOf('/', 1);
  return slash < 0
    ? { connection: whole.slice(1), path: `/${query}` }
    : { connection: whole.slice(1, slash), path: normalise(whole.slice(slash)) + query };
}

function normalise(path: string): string {
  if (!/%|\/\/|\/\.|\\/.test(path)) return path;
  const plain = path.replace(/%[0-9a-fA-F]{2}/g, decodeUnreserved);
  if (/%(?![0-9A-F]{2})/.test(plain)) throw ambiguous('The path has a broken percent escape.');
  const kept: string[] = [];
  const segments = plain.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const folder = /(?:^|\/)\.{0,2}$/.test(plain) && kept.length > 0;
  const result = `/${kept.join('/')}${folder ? '/' : ''}`;
  if (climbs(result)) throw ambiguous('The path hides a step upwards, a backslash or a NUL.');
  return result;
}

/** RFC 3986, 6.2.2.2: an escaped letter is the letter, so that one path has one spelling. */
function decodeUnreserved(escaped: string): string {
  const char = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
  return /[\w.~-]/.test(char) ? char : escaped.toUpperCase();
}

/** Whether any reading that a server might make of the path, decoding again or cutting `;…`, leaves its folder. */
function climbs(path: string): boolean {
  for (let read = path, depth = 0; ; depth++) {
    if (/[\\\0]|(?:^|\/)\.\.?(?:;[^/]*)?(?:\/|$)/.test(read)) return true;
    if (!/%[0-9a-f]{2}/i.test(read)) return false;
    if (depth === 3) return true;
    read = read.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
}

const ambiguous = (detail: string): FcgateError => new FcgateError('uninspectable', detail);

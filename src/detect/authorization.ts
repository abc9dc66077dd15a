import { type Found, type Kind, latin, type Text } from './bytes.ts';
import { isRandom, isStandIn } from './guess.ts';
import type { Literal } from './literal.ts';

/** What stands behind the scheme of an `Authorization` header, wherever it is written. */
export const authorizationKinds: readonly Kind[] = [
  { entity: 'CURL_AUTH_HEADER', group: 'secret', longest: 1024 },
];

const finder =
  (prefix: string, holds: (value: string) => boolean) =>
  (text: Text, at: number): Found | undefined => {
    const start = at + prefix.length;
    const value = /^[\w~+/.%-]{8,1024}={0,3}/.exec(latin(text, start, start + 1024))?.[0];
    if (value === undefined || !holds(value)) return undefined;
    return {
      entity: 'CURL_AUTH_HEADER',
      start,
      end: start + value.length,
      score: 0.75,
      detector: 'curl-auth-header',
    };
  };

/** `user:password` in base64, or another blob of it. */
const isBasic = (value: string): boolean =>
  (/^[A-Za-z0-9+/]+=*$/.test(value) &&
    /^[\x20-\x7e\u0080-\u00ff]*:[\x20-\x7e\u0080-\u00ff]*$/.test(
      Buffer.from(value, 'base64').toString('latin1'),
    ) &&
    !isStandIn(value)) ||
  isRandom(value);

export const authorizationLiterals: readonly Literal[] = [
  ...['Bearer ', 'NTLM ', 'Api-Token ', 'Token '].map((prefix) => ({
    prefix,
    find: finder(prefix, isRandom),
  })),
  ...['Basic ', 'Negotiate '].map((prefix) => ({ prefix, find: finder(prefix, isBasic) })),
];

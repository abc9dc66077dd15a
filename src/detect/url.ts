import { ALNUM, type Found, flags, type Kind, latin, type Text } from './bytes.ts';

/** User and password inside a URL. The URL itself stays, so that it still is one; what opens the door goes. */
export const urlCredentials: readonly Kind[] = [{ entity: 'URL_CREDENTIALS', group: 'secret', longest: 320 }];

const LONGEST = 288;
const LONGEST_SCHEME = 24;

/** Schemes whose passwords are typed by people who do not escape them: `/` and `#` may stand in one. */
const storage =
  /^(?:postgres|mysql|maria|mongo|redis|rediss|amqp|mssql|sqlserver|oracle|clickhouse|cockroach|couch|neo4j|bolt|ldap|smtp|jdbc)/i;

/** Whether a URL has an `@` or a `hook` in it: most have neither, and open nothing. */
export function mayOpen({ bytes, end }: Text, colon: number): boolean {
  const stop = Math.min(end, colon + LONGEST);
  for (let i = colon + 3; i < stop; i++) {
    const byte = bytes[i]!;
    if (byte === 0x40) return true;
    if (byte === 0x6b && bytes[i - 1] === 0x6f && bytes[i - 2] === 0x6f && bytes[i - 3] === 0x68) return true;
    if (byte <= 0x20 || byte === 0x22) return false;
  }
  return false;
}

/** From the colon of `://`. */
export function findUrlCredentials(text: Text, colon: number): Found | undefined {
  let schemeStart = colon;
  while (
    schemeStart > text.start &&
    colon - schemeStart < LONGEST_SCHEME &&
    isScheme(text.bytes[schemeStart - 1]!)
  )
    schemeStart--;
  if (schemeStart === colon) return undefined;
  const start = colon + 3;
  const rest = latin(text, start, start + LONGEST);
  const open = storage.test(latin(text, schemeStart, colon));
  const userinfo = userinfoOf(rest, open);
  if (userinfo === undefined || isPlaceholder(userinfo)) return undefined;
  return {
    entity: 'URL_CREDENTIALS',
    start,
    end: start + userinfo.length,
    score: 0.95,
    detector: open ? 'database-url' : 'url-credentials',
  };
}

const isScheme = (byte: number): boolean =>
  (flags[byte]! & ALNUM) !== 0 || byte === 0x2b || byte === 0x2e || byte === 0x2d;

/** Up to the last `@` of the authority; in a password that was not escaped, of what is no path. */
function userinfoOf(rest: string, open: boolean): string | undefined {
  const authority = /^[^\s"'<>`\\/?#|,;{}[\]]*/.exec(rest)![0];
  const at = authority.lastIndexOf('@');
  if (at > 0) return withPassword(authority.slice(0, at));
  if (!open) return /^[^\s"'<>`\\/?#@|:]*:[^\s"'<>`\\/?#@:]*[|,;{}[\]][^\s"'<>`\\/?#@]*(?=@)/.exec(rest)?.[0];
  // `user:pa/ss@host`, but not `host:5432/path?mail=a@b`.
  const wide = /^[^\s"'<>`\\:@/]+:(?!\d*[/?#])[^\s"'<>`\\@]+(?=@[\w[])/.exec(rest);
  return wide?.[0];
}

/** A user alone is no secret unless it is a token: the tokens' own detectors see to that. */
const withPassword = (userinfo: string): string | undefined =>
  /^[^:]*:./.test(userinfo) ? userinfo : undefined;

/** `${user}:${password}`, `<user>:<password>`, `user:***`. */
const isPlaceholder = (userinfo: string): boolean =>
  /:(?:\$\{?\w*\}?|\{\{?\w*\}?\}|%\w?|\*+|x+|\.+|<\w*>)$/i.test(userinfo);

import { type Found, type Kind, latin, type Text } from './bytes.ts';
import { isStandIn } from './guess.ts';
import type { Literal } from './literal.ts';

/** User and password on the command line of curl: `curl -u user:password`. */
export const curlKinds: readonly Kind[] = [{ entity: 'CURL_AUTH_USER', group: 'secret', longest: 256 }];

const WINDOW = 512;
const option =
  /^ (?:-u|--user|--proxy-user|-U)(?:=|[ \t]{0,4})(?:"([^"\s]{0,120}:[^"\s]{0,120})"|'([^'\s]{0,120}:[^'\s]{0,120})'|([\w$@.+-]{1,120}:[^\s"'<>|;]{1,120}))/;

export const curlLiterals: readonly Literal[] = [' -u', ' --user', ' --proxy-user', ' -U'].map((prefix) => ({
  prefix,
  find: findUser,
}));

function findUser(text: Text, at: number): Found | undefined {
  const match = option.exec(latin(text, at, at + 280));
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  if (!match || value === undefined || isTrivial(value)) return undefined;
  if (!/\bcurl\b/.test(latin(text, at - WINDOW, at))) return undefined;
  const start = at + match[0].lastIndexOf(value);
  return {
    entity: 'CURL_AUTH_USER',
    start,
    end: start + value.length,
    score: 0.8,
    detector: 'curl-auth-user',
  };
}

/** `user:pass`, `$USER:$PASSWORD`, `<user>:<password>`. */
function isTrivial(value: string): boolean {
  const colon = value.indexOf(':');
  const [user, password] = [value.slice(0, colon), value.slice(colon + 1)];
  if (password === '') return user.length < 8 || !/\d/.test(user) || isStandIn(user);
  return (
    isStandIn(password) ||
    /^(?:change(?:it|me)|pass(?:word)?|pwd|test|token|secret|\*+|x+)$/i.test(password) ||
    /^\$\w+$|^\{?\$|\}$/.test(password)
  );
}

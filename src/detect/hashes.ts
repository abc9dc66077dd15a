import { type Found, type Kind, latin, type Text } from './bytes.ts';
import type { Literal } from './literal.ts';

/** Hashes of passwords as systems store them: who has one may guess until it fits. */
export const hashKinds: readonly Kind[] = [{ entity: 'PASSWORD_HASH', group: 'secret', longest: 3000 }];

const SALTED = '[./A-Za-z0-9+=-]';

const forms: readonly (readonly [prefix: string, form: RegExp])[] = [
  ...['$2a$', '$2b$', '$2x$', '$2y$'].map(
    (prefix) => [prefix, /^\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}/] as const,
  ),
  ['$1$', /^\$1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}/],
  ['$apr1$', /^\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}/],
  ['$5$', /^\$5\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43}/],
  ['$6$', /^\$6\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86}/],
  ['$y$', new RegExp(`^\\$y\\$${SALTED}{3,8}\\$${SALTED}{10,40}\\$${SALTED}{43}`)],
  ['$8$', /^\$8\$[./A-Za-z0-9]{14}\$[./A-Za-z0-9]{43}/],
  ['$9$', /^\$9\$[./A-Za-z0-9]{14}\$[./A-Za-z0-9]{43}/],
  [
    '$argon2',
    new RegExp(`^\\$argon2(?:id|i|d)\\$v=\\d+\\$[a-z0-9=,]{5,64}\\$${SALTED}{8,128}\\$${SALTED}{16,256}`),
  ],
  ['$scrypt$', new RegExp(`^\\$scrypt\\$[a-z0-9=,]{5,64}\\$${SALTED}{8,128}\\$${SALTED}{16,256}`)],
  ['pbkdf2_sha', /^pbkdf2_sha(?:1|256|512)\$\d+\$[\w./+=-]{4,64}\$[A-Za-z0-9+/=]{24,128}/],
  ['pbkdf2:sha', /^pbkdf2:sha(?:1|256|512):\d+\$[\w./+=-]{4,64}\$[A-Fa-f0-9]{40,128}/],
  ['{SSHA', /^\{SSHA(?:256|512)?\}[A-Za-z0-9+/=]{24,160}/],
  ['{CRYPT}', /^\{CRYPT\}\$[\w./$=-]{20,128}/],
  ['$krb5', /^\$krb5(?:asrep|tgs|pa)\$\d+\$[\w.@*$:/-]{40,2900}/],
];

export const hashLiterals: readonly Literal[] = forms.map(([prefix, form]) => ({
  prefix,
  find: (text, at) => findHash(text, at, form),
}));

function findHash(text: Text, at: number, form: RegExp): Found | undefined {
  // Most hashes are short.
  const match = form.exec(latin(text, at, at + 320)) && form.exec(latin(text, at, at + 3000));
  if (!match) return undefined;
  return {
    entity: 'PASSWORD_HASH',
    start: at,
    end: at + match[0].length,
    score: 0.95,
    detector: 'password-hash',
  };
}

import { authorizationLiterals } from './authorization.ts';
import { curlLiterals } from './curl.ts';
import { fieldLiterals } from './field.ts';
import { hashLiterals } from './hashes.ts';
import { findJwt } from './jwt.ts';
import { neighboursOf, placeLiterals } from './literal.ts';
import { findPrivateKey } from './pem.ts';
import { secretLiterals } from './secrets.ts';
import { spokenLiterals } from './spoken.ts';

/** All that begins with a fixed text, by the two bytes it is looked for at. */
export const literals = placeLiterals([
  { prefix: '-----BEGIN ', find: findPrivateKey },
  { prefix: 'eyJ', find: findJwt },
  ...secretLiterals,
  ...spokenLiterals,
  ...hashLiterals,
  ...curlLiterals,
  ...authorizationLiterals,
  ...fieldLiterals,
]);

export const neighbours = neighboursOf([...literals.values()]);

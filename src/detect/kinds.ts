import { assignedKinds } from './assigned.ts';
import { authorizationKinds } from './authorization.ts';
import type { Kind } from './bytes.ts';
import { cards } from './card.ts';
import { curlKinds } from './curl.ts';
import { mail } from './email.ts';
import { appTokens } from './facebook.ts';
import { fieldKinds } from './field.ts';
import { hashKinds } from './hashes.ts';
import { accounts } from './iban.ts';
import { idKinds } from './id-table.ts';
import { addresses } from './ip.ts';
import { webTokens } from './jwt.ts';
import { keyedKinds } from './keyed.ts';
import { hardware } from './mac.ts';
import { privateKeys } from './pem.ts';
import { phones } from './phone.ts';
import { secretKinds } from './secrets.ts';
import { socialSecurity } from './ssn.ts';
import { botTokens } from './telegram.ts';
import { urlCredentials } from './url.ts';
import { wallets } from './wallet.ts';
import { webhooks } from './webhook.ts';

const families: readonly (readonly Kind[])[] = [
  mail,
  phones,
  socialSecurity,
  cards,
  appTokens,
  idKinds,
  accounts,
  wallets,
  addresses,
  hardware,
  urlCredentials,
  privateKeys,
  webTokens,
  secretKinds,
  keyedKinds,
  assignedKinds,
  hashKinds,
  curlKinds,
  authorizationKinds,
  botTokens,
  webhooks,
  fieldKinds,
];

/** All that is found without a policy's own detectors: one line a family. An entity that two find is listed once. */
export const kinds: readonly Kind[] = [
  ...new Map(families.flat().map((kind) => [kind.entity, kind])).values(),
];

/** Which maker makes up the values of an entity: a visible list, with plain reshaping for all else. */
import { card, iban } from './account.ts';
import { date } from './date.ts';
import { host, ip, mac } from './host.ts';
import { identityNumbers } from './identity.ts';
import { mail } from './mail.ts';
import { name } from './name.ts';
import { phone } from './phone.ts';
import { type Maker, reshape } from './shape.ts';
import { wallet } from './wallet.ts';

const makers: Readonly<Record<string, Maker>> = {
  ...identityNumbers,
  EMAIL_ADDRESS: mail,
  PHONE_NUMBER: phone,
  CREDIT_CARD: card,
  IBAN_CODE: iban,
  CRYPTO: wallet,
  IP_ADDRESS: ip,
  MAC_ADDRESS: mac,
  DOMAIN_NAME: host,
  URL: host,
  DATE_OF_BIRTH: date,
  DATE_TIME: date,
  PERSON: name,
  LOCATION: name,
  ORGANIZATION: name,
  ADDRESS: name,
};

/** The maker of the value, and what the value has in common with its other spellings. */
export function makerOf(
  entity: string,
  value: string,
): { readonly maker: Maker; readonly canonical: string } {
  const maker = Object.hasOwn(makers, entity) ? makers[entity]! : reshape;
  if (!maker.canonical) return { maker, canonical: value };
  const canonical = maker.canonical(value);
  return canonical === undefined ? { maker: reshape, canonical: value } : { maker, canonical };
}

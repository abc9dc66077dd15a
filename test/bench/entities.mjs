// What docs/detection.md says of an entity beyond what its detector says itself: an example that is nobody's, and what is
// verified. An entity without a row is told by its form alone, as secrets with a prefix of their own are.

/** @type {Readonly<Record<string, readonly [example: string, verified: string]>>} */
export const described = {
  EMAIL_ADDRESS: ['`ada@example.com`', 'a host with a top-level domain'],
  PHONE_NUMBER: ['`+1 415 555 0132`', 'the numbering plan of its country; words near by'],
  US_SSN: ['`219-09-9999`', 'ranges that are issued; words near by'],
  CREDIT_CARD: ['`4111 1111 1111 1111`', 'Luhn, and the issuer’s ranges and lengths'],
  IBAN_CODE: ['`DE89 3704 0044 0532 0130 00`', 'mod 97, and the country’s length'],
  CRYPTO: ['`1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa`', 'Base58Check, Bech32, or mixed-case check'],
  IP_ADDRESS: ['`192.0.2.1`, `2001:db8::1`', 'all spellings of IPv4 and IPv6'],
  DATE_OF_BIRTH: ['`born March 12, 1980`', 'a day that there was, and a word or key that says so'],
  MAC_ADDRESS: ['`00:00:5E:00:53:01`', 'six pairs'],
  URL_CREDENTIALS: ['`postgres://user:…@db/x`', 'user and password before a host'],
  PRIVATE_KEY: ['`-----BEGIN … KEY-----`', 'its first line; cut short, too'],
  JWT: ['`eyJhbGciOi….….…`', 'a header that decodes'],
  PERSON: ['`Ada Lovelace`', 'known names, words around, JSON keys'],
  LOCATION: ['`Zürich`', 'known places, words around, JSON keys'],
  ORGANIZATION: ['`Meridian Logistics`', 'the last word of its name, words around, JSON keys'],
};

/** What words speak of, told apart by bits: the one table of them; kinds of numbers that states give out have `topics.ts`. */

/** One bit for each thing that words can speak of. */
export const CARD = 1;
export const SSN = 2;
export const PHONE = 4;
export const ACCOUNT = 8;
export const ADDRESS = 16;
export const VERSION = 32;
export const TELEGRAM = 64;
/** Some other kind of number: a customer's, a page's. */
export const OTHER = 128;
/** A phone only where it stands right before the number. */
export const CALLED = 256;
/** What a sentence speaks of if it speaks of it at all, whatever else it names. */
export const SPECIFIC = CARD | SSN | PHONE | ACCOUNT;
/** Some other kind of number that may be written as a phone number is: a part's, an order's. */
export const THING = 1024;
/** Says nothing itself, but passes on what the word before it says: `order number is …`. */
export const LINK = 512;

/** Whose a number is: countries with many numbers of their own, by how the entities begin; a bit for each, above the others. */
const countries: readonly (readonly [prefix: string, words: string])[] = [
  ['AU_', 'australian, australia, aussie'],
  ['BR_', 'brazilian, brazil, brasil, brasileiro, brasileira'],
  ['CA_', 'canadian, canada'],
  ['DE_', 'german, germany, deutsch, deutsche, deutscher, deutschland'],
  ['ES_', 'spanish, spain, español, española, españa'],
  ['FI_', 'finnish, finland, suomi, suomen'],
  ['FR_', 'french, france, français, française'],
  ['GR_', 'greek, greece'],
  ['IN_', 'indian, india'],
  ['IT_', 'italian, italy, italiano, italiana, italia'],
  ['KR_', 'korean, korea, 한국'],
  ['NL_', 'dutch, netherlands, nederlands, nederlandse'],
  ['PH_', 'philippine, philippines, filipino'],
  ['PL_', 'polish, poland, polski, polska'],
  ['SE_', 'swedish, sweden, svensk, svenska, sverige'],
  ['SG_', 'singapore, singaporean'],
  ['TH_', 'thai, thailand, ไทย'],
  ['TR_', 'turkish, turkey, türk, türkiye'],
  ['UK_', 'british, britain, england, scotland'],
  ['US_', 'american, usa'],
];
const FIRST_COUNTRY = 2048;

/** The bit of the country whose entity this is; 0 for none of those. */
export function countryOf(entity: string): number {
  const index = countries.findIndex(([prefix]) => entity.startsWith(prefix));
  return index < 0 ? 0 : FIRST_COUNTRY << index;
}

/** Words, and pairs of words, by what they speak of; lower case, in the languages that most text is in. */
export const vocabulary: readonly (readonly [subject: number, words: string])[] = [
  ...countries.map(([prefix, words]) => [countryOf(prefix), words] as const),
  [
    CARD,
    'card, cards, cc, ccn, pan, visa, mastercard, amex, american express, diners, discover, jcb, maestro',
  ],
  [
    CARD,
    'unionpay, credit, debit, creditcard, karte, kreditkarte, carte, tarjeta, cartão, carta, kaart, kort, cvv',
  ],
  [SSN, 'ssn, ssns, socialsecurity, social security, soc sec, taxpayer id, tax id'],
  [
    PHONE,
    'phone, phones, telephone, smartphone, cellphone, phonenumber, tel, telephon, telefon, telefono, teléfono',
  ],
  [
    PHONE,
    'telefone, téléphone, telefoon, telefonnummer, fone, mobile, mobil, mobiltelefon, movil, móvil, mobiel',
  ],
  [
    PHONE,
    'mobilnummer, cell, cellulare, celular, handy, handynummer, fax, faxnummer, whatsapp, sms, msisdn, dial',
  ],
  [
    PHONE,
    'rufnummer, ligue, llame, llamar, hotline, helpline, landline, telno, phoneno, contact number, contact no',
  ],
  [
    PHONE,
    'call me, call us, call him, call her, call them, call back, call at, call on, called at, calling from',
  ],
  [
    PHONE,
    'ring me, ring us, reach me, reach us, reach him, reach her, reach them, text me, text us, text him',
  ],
  [
    PHONE,
    'text her, text them, answering at, answer at, message to, messages to, messages on, registered number',
  ],
  [
    PHONE,
    'telepono, cep telefonu, cep no, gsm, my number, his number, her number, their number, our number, your number',
  ],
  [
    PHONE,
    'home number, work number, direct number, emergency number, us number, uk number, cn number, german number, french number, indian number, chinese number, british number, american number, canadian number, mexican number, brazilian number, israeli number',
  ],
  [PHONE, '電話, 电话, 手机, 手機, 携帯, 전화, 휴대폰, 핸드폰, 연락처, โทรศัพท์, โทร, फ़ोन, फोन, मोबाइल'],
  [CARD, '信用卡, 银行卡, カード, 카드, บัตรเครดิต'],
  [CALLED, 'call, reach, contact, office, registered'],
  [ACCOUNT, 'iban, ibans, bank account'],
  [ADDRESS, 'ip, ipv4, ipv6, src, dst, addr, address, listen, bind'],
  [VERSION, 'v, ver, version, release, build'],
  [TELEGRAM, 'telegram, telegramtoken'],
  [
    OTHER | THING,
    'order, orders, invoice, ticket, case, ref, reference, sku, isbn, issn, serial, tracking, version, build',
  ],
  [
    OTHER | THING,
    'commit, hash, page, line, port, booking, confirmation, flight, item, part, parts, model, batch, lot, article, product',
  ],
  [
    OTHER,
    'timestamp, ts, time, date, pid, zip, row, size, byte, bytes, count, total, amount, price, id, ids',
  ],
  [
    OTHER,
    'nr, no, account, acct, license, licence, passport, member, policy, customer, routing, vin, npi, tax, patient, claim',
  ],
  [LINK, 'number, num, no, nr, id, code, ref, is, was'],
];

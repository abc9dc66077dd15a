/** One maker of values for each entity that is found: people's and accounts by rule, numbers and keys by the tables of their forms. */
import { createHash } from 'node:crypto';
import { flags } from '../../src/detect/bytes.ts';
import { idRows } from '../../src/detect/id-table.ts';
import { keyedRows } from '../../src/detect/keyed.ts';
import { kinds } from '../../src/detect/kinds.ts';
import { secretRows } from '../../src/detect/secrets.ts';
import { topics } from '../../src/detect/topics.ts';
import { DIGITS, fill, HEX, LOWER, pick, type Random, run, UPPER } from './random.ts';

/** What stands before a value, as people write it, and the value. */
export interface Value {
  readonly cue: string;
  readonly value: string;
}

export interface Entity {
  readonly name: string;
  readonly group: string;
  /** Undefined where none was drawn that fits its form. */
  make(next: Random): Value | undefined;
}

/** So often is drawn anew until a check fits. */
const TRIES = 2000;
/** Of ten million numbers ten thousand have a check of three digits. */
const MORE = 50_000;

function until<T>(draw: () => T, fits: (drawn: T) => boolean, tries = TRIES): T | undefined {
  for (let i = 0; i < tries; i++) {
    const drawn = draw();
    if (fits(drawn)) return drawn;
  }
  return undefined;
}

const word = (next: Random): string => run(next, LOWER, 5 + next(5));
const mixed = (next: Random, length: number): string =>
  `${run(next, UPPER + LOWER + DIGITS, length - 3)}${pick(next, DIGITS)}${pick(next, UPPER)}${pick(next, LOWER)}`;
const base64url = (text: string): string => Buffer.from(text).toString('base64url');

function luhn(body: string): string {
  const sum = [...body].reverse().reduce((total, digit, i) => {
    const doubled = i % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return body + String((10 - (sum % 10)) % 10);
}

function iban(country: string, account: string): string {
  const digits = [...`${account}${country}00`].map((sign) => Number.parseInt(sign, 36)).join('');
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${account}`;
}

function bitcoin(next: Random): string {
  const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
  const body = Buffer.from(`00${run(next, '123456789abcdef', 40)}`, 'hex');
  const all = Buffer.concat([body, sha(sha(body)).subarray(0, 4)]);
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let text = '';
  for (let n = BigInt(`0x${all.toString('hex')}`); n > 0n; n /= 58n) text = alphabet[Number(n % 58n)] + text;
  return `1${text}`;
}

type Maker = (next: Random) => Value;
const plain =
  (cue: string, make: (next: Random) => string): Maker =>
  (next) => ({ cue, value: make(next) });

const UUID = '<h8>-<h4>-4<h3>-a<h3>-<h12>';

/** Entities of a form that no table of prefixes tells. */
const written: Readonly<Record<string, Maker>> = {
  EMAIL_ADDRESS: plain('mail', (next) => `${word(next)}.${word(next)}@${word(next)}.com`),
  PHONE_NUMBER: plain('call me at', (next) => `+1 415 ${2 + next(7)}${fill(next, '##-####')}`),
  CREDIT_CARD: plain('card', (next) => luhn(`4${run(next, DIGITS, 14)}`).replace(/\d{4}(?=\d)/g, '$& ')),
  IBAN_CODE: plain('iban', (next) => iban('DE', run(next, DIGITS, 18))),
  US_SSN: plain('ssn', (next) => `5${fill(next, '##')}-${fill(next, '1#-1###')}`),
  CRYPTO: plain('wallet', bitcoin),
  IP_ADDRESS: plain('from', (next) => `84.${1 + next(250)}.${1 + next(250)}.${1 + next(250)}`),
  MAC_ADDRESS: plain('mac', (next) => `00:1b:${run(next, HEX, 8).match(/../g)!.join(':')}`),
  DATE_OF_BIRTH: plain('born', (next) => `19${fill(next, '5#')}-0${1 + next(9)}-1${next(9)}`),
  URL_CREDENTIALS: plain(
    'at',
    (next) => `postgres://${word(next)}:${mixed(next, 12)}@db.${word(next)}.net/x`,
  ),
  PRIVATE_KEY: plain(
    'key',
    (next) =>
      `-----BEGIN ${'PRIVATE'} KEY-----\n${mixed(next, 64)}\n${mixed(next, 64)}\n-----END ${'PRIVATE'} KEY-----`,
  ),
  JWT: plain(
    'bearer',
    (next) => `${base64url('{"alg":"HS256"}')}.${base64url(`{"sub":"${word(next)}"}`)}.${mixed(next, 43)}`,
  ),
  GENERIC_API_KEY: plain('api_key =', (next) => mixed(next, 32)),
  PASSWORD: plain('password =', (next) => `${mixed(next, 7)}!${mixed(next, 5)}`),
  PASSWORD_HASH: plain('hash', (next) => `${'$2b'}$12$${mixed(next, 53)}`),
  CURL_AUTH_HEADER: plain('Authorization: Bearer', (next) => mixed(next, 30)),
  CURL_AUTH_USER: plain('curl -u', (next) => `${word(next)}:${mixed(next, 12)}`),
  TELEGRAM_BOT_API_TOKEN: plain('bot', (next) => `7${fill(next, '#########')}:AAH${mixed(next, 32)}`),
  DISCORD_BOT_TOKEN: plain('token', (next) => `MT${mixed(next, 22)}.${mixed(next, 6)}.${mixed(next, 38)}`),
  SLACK_WEBHOOK_URL: plain(
    'hook',
    (next) => `https://hooks.slack.com/services/T${fill(next, '????????/B????????')}/${mixed(next, 24)}`,
  ),
  DISCORD_WEBHOOK_URL: plain(
    'hook',
    (next) => `https://discord.com/api/webhooks/1${run(next, DIGITS, 17)}/${mixed(next, 68)}`,
  ),
  MICROSOFT_TEAMS_WEBHOOK: plain(
    'hook',
    (next) =>
      `https://${word(next)}.webhook.office.com/webhookb2/${run(next, HEX, 36)}@${run(next, HEX, 36)}/IncomingWebhook/${run(next, HEX, 32)}`,
  ),
  ZAPIER_WEBHOOK_URL: plain(
    'hook',
    (next) => `https://hooks.zapier.com/hooks/catch/${run(next, DIGITS, 8)}/${run(next, HEX, 28)}`,
  ),
  LU_MATRICULE: plain('national id', (next) => {
    const body = luhn(`19${fill(next, '7#')}0${1 + next(9)}1${next(9)}${fill(next, '###')}`);
    return `${body}${next(10)}`;
  }),
  CN_RESIDENT_ID: plain('身份证', (next) => {
    const body = `110105197${next(10)}0${1 + next(9)}1${next(9)}${fill(next, '###')}`;
    const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (2 ** (17 - i) % 11), 0);
    return `${body}${'10X98765432'[sum % 11]}`;
  }),
  ISIN: plain('isin', (next) => {
    const body = `US${fill(next, '0########')}`;
    const digits = [...body].map((sign) => Number.parseInt(sign, 36)).join('');
    return body + luhn(digits).at(-1)!;
  }),
  BIC: plain('BIC', (next) => `${run(next, UPPER, 4)}DE${run(next, UPPER, 5)}`),
  BR_PIX_KEY: plain('chave pix', (next) => partsOf(next, UUID)),
  CUSTOMER_ID: plain('customer', (next) => fill(next, 'CUST-########')),
};

/** Those of several parts: `<h8>` is eight of hex, `d` digits, `a` letters and digits, `A` capitals and digits. */
const parted: Readonly<Record<string, string>> = {
  TWITCH_STREAM_KEY: 'live_<d9>_<a30>',
  ZOHO_TOKEN: '1000.<h32>.<h32>',
  PUBNUB_KEY: `sub-c-${UUID}`,
  GITLAB_PAT_ROUTABLE: 'glpat-<a27>.0w<h7>',
  GITLAB_RUNNER_AUTHENTICATION_TOKEN_ROUTABLE: 'glrt-t1_<a27>.0w<h7>',
  SLACK_LEGACY_BOT_TOKEN: 'xoxb-<d12>-<a24>',
  SLACK_BOT_TOKEN: 'xoxb-<d12>-<d12>-<a24>',
  SLACK_CONFIG_REFRESH_TOKEN: 'xoxe-1-<a146>',
  HEROKU_API_KEY_V2: 'HRKU-AA<a58>',
  NEW_RELIC_LICENSE_KEY: '<h36>NRAL',
  SALESFORCE_ACCESS_TOKEN: '00D<a12>!AQ<a80>',
  SLACK_APP_TOKEN: 'xapp-1-<A11>-<d13>-<h64>',
  MAILCHIMP_API_KEY: '<h32>-us12',
  DATABRICKS_API_TOKEN: 'dapi<h32>',
  JWT_BASE64: 'ZXlKaGJHY2lPaU<a80>',
  MAXMIND_LICENSE_KEY: '<a6>_<a29>_mmk',
  '1PASSWORD_SECRET_KEY': 'A3-<A6>-<A6>-<A5>-<A5>-<A5>-<A5>',
  YANDEX_ACCESS_TOKEN: 't1.<a40>.<a86>',
  AUTHRESS_SERVICE_CLIENT_ACCESS_KEY: 'sc_<a10>.<a5>.acc_<a16>.<a40>',
  HARNESS_API_KEY: 'pat.<a22>.<a24>.<a20>',
  SIDEKIQ_SECRET: '<h8>:<h8>',
  SNYK_API_TOKEN: UUID,
  MAILGUN_PUB_KEY: 'pubkey-<h32>',
  MAILGUN_SIGNING_KEY: '<h32>-<h8>-<h8>',
  MESSAGEBIRD_CLIENT_ID: UUID,
  SENDBIRD_ACCESS_ID: UUID,
  TWITTER_ACCESS_TOKEN: '<d18>-<a30>',
  TWITTER_BEARER_TOKEN: `${'A'.repeat(22)}<a60>`,
  GOCARDLESS_API_TOKEN: 'live_<a40>',
  KUCOIN_SECRET_KEY: UUID,
  LOB_API_KEY: 'live_<h35>',
  LOB_PUB_API_KEY: 'live_pub_<h31>',
  SQUARESPACE_ACCESS_TOKEN: UUID,
  AIRTABLE_PERSONNAL_ACCESS_TOKEN: 'pat<a14>.<h64>',
  DROPBOX_LONG_LIVED_API_TOKEN: `<a11>${'A'.repeat(10)}<a43>`,
  HUBSPOT_API_KEY: UUID,
  POSTMARK_API_TOKEN: UUID,
  BEAMER_API_TOKEN: 'b_<a44>',
  TWILIO_API_KEY: 'SK<h32>',
  OKTA_ACCESS_TOKEN: '00<a40>',
};
const alphabets: Readonly<Record<string, string>> = {
  h: HEX,
  d: DIGITS,
  a: UPPER + LOWER + DIGITS,
  A: UPPER + DIGITS,
};
const partsOf = (next: Random, template: string): string =>
  template.replace(/<(\w)(\d+)>/g, (_, of: string, length: string) =>
    run(next, alphabets[of]!, Number(length)),
  );

/** The signs of a class: letters and digits, or all of them. */
const signs = (of: number, all: boolean): string =>
  Array.from({ length: 94 }, (_, i) => String.fromCharCode(i + 33))
    .filter((sign) => (flags[sign.charCodeAt(0)]! & of) !== 0 && (all || /[A-Za-z0-9]/.test(sign)))
    .join('');

/** Of so many signs of a class, until they have the shape. */
function shaped(next: Random, runs: number, length: () => number, fits: (text: string) => boolean): string {
  const draw = (all: boolean) => until(() => run(next, signs(runs, all), length()), fits);
  return draw(false) ?? draw(true) ?? '';
}

/** Prefix, and as many signs as it has; the lead that some have before it. */
const secretOf =
  ([entity, prefix, runs, min, max, shape, lead = 0]: (typeof secretRows)[number]): Maker =>
  (next) => {
    if (parted[entity]) return { cue: 'token', value: partsOf(next, parted[entity]) };
    const before = lead === 4 ? `${mixed(next, 3)}${pick(next, DIGITS)}` : mixed(next, Math.max(3, lead));
    const whole = (rest: string) => (lead > 0 ? before.slice(0, lead) : '') + prefix + rest;
    const fits = (rest: string) => !shape || shape.test(lead > 0 ? whole(rest) : rest);
    const rest = shaped(next, runs, () => min + next(Math.min(max - min, 12) + 1), fits);
    return { cue: 'token', value: rest && whole(rest) };
  };

function keyedOf([entity, vendors, runs, min, max, shape, name]: (typeof keyedRows)[number]): Maker {
  const vendor = vendors.split(' ')[0]!.replace('+', '_');
  const cue = ['key', 'secret_key', 'client_secret', 'access_token', 'login_password']
    .map((what) => `${vendor}_${what}`)
    .find((one) => !name || name.test(one.replaceAll('_', ' ')));
  return (next) => {
    const fits = (text: string) => !shape || shape.test(text);
    const length = () => min + next(Math.min(max - min, 8) + 1);
    const template = parted[entity];
    const value = template ? partsOf(next, template) : shaped(next, runs, length, fits);
    return { cue: cue ? `${cue} =` : '', value };
  };
}

function numberOf(row: (typeof idRows)[number]): Maker {
  const cue = topics[row.topics[0]!].split(', ').find((one) => one.length > 2) ?? row.topics[0]!;
  return (next) => {
    const compact = (text: string) => text.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
    const fits = (text: string) =>
      (row.like?.test(compact(text)) ?? true) && (row.check?.(compact(text)) ?? true);
    const value = until(() => fill(next, pick(next, row.forms)), fits, MORE);
    return { cue, value: value ?? '' };
  };
}

function makerOf(entity: string): Maker | undefined {
  if (written[entity]) return written[entity];
  const number = idRows.find((row) => row.entity === entity);
  if (number) return numberOf(number);
  const secret = secretRows.find(([name]) => name === entity);
  if (secret) return secretOf(secret);
  const keyed = keyedRows.find(([name]) => name === entity);
  return keyed && keyedOf(keyed);
}

/** Everything that is found without names. */
export const entities: readonly Entity[] = [...kinds, { entity: 'CUSTOMER_ID', group: 'pii' }].map(
  ({ entity, group }) => ({
    name: entity,
    group,
    make(next) {
      const made = makerOf(entity)?.(next);
      return made && made.value !== '' && made.cue !== '' ? made : undefined;
    },
  }),
);

const two = (n: number): string => String(n).padStart(2, '0');

/** What looks like something to mask and is not. */
const benign: readonly ((next: Random) => string)[] = [
  (next) => `order ${fill(next, 'ORD-######')}`,
  (next) => `request ${[8, 4, 4, 4, 12].map((length) => run(next, HEX, length)).join('-')}`,
  (next) => `commit ${run(next, HEX, 40)}`,
  (next) => `sum ${run(next, HEX, 64)}`,
  (next) => `release v${next(20)}.${next(40)}.${next(90)}-rc.${next(9)}`,
  (next) => `costs $${fill(next, '1,###.##')}`,
  (next) => `due ${2020 + next(20)}-${two(1 + next(12))}-${two(1 + next(28))}`,
  (next) => `const total_${next(99)} = list[${next(4000)}] ?? 0x${run(next, HEX, 8)};`,
  (next) =>
    `at ${2020 + next(20)}-01-${two(1 + next(28))}T${two(next(24))}:${two(next(60))}:00.${fill(next, '###')}Z`,
  (next) => `color: #${run(next, HEX, 6)}; margin: ${next(40)}px`,
  (next) => `${next(90)}.${fill(next, '######')}, -${next(180)}.${fill(next, '######')}`,
  (next) => `index.js:${next(900)}:${next(80)} took ${fill(next, '####')}ms`,
];

export const lookAlike = (next: Random): string => pick(next, benign)(next);

import fc from 'fast-check';
import { flags } from '../../src/detect/bytes.ts';
import { entities } from '../../src/detect/detect.ts';
import type { IdRow } from '../../src/detect/id-row.ts';
import { idRows } from '../../src/detect/id-table.ts';
import { compactOf } from '../../src/detect/ids.ts';
import { keyedRows } from '../../src/detect/keyed.ts';
import type { Row } from '../../src/detect/literal.ts';
import { secretRows } from '../../src/detect/secrets.ts';
import { topics } from '../../src/detect/topics.ts';

/** Values of every entity, made up by the very rules that they are told by, and what has to stand around them. */
export interface Made {
  readonly entity: string;
  readonly before: string;
  readonly value: string;
  readonly behind: string;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const signs: Readonly<Record<string, string>> = {
  '#': '0123456789',
  '@': letters,
  '?': `0123456789${letters}`,
};

/** A repeatable run of numbers below a limit. */
function drawing(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % limit;
  };
}

export const isRight = ({ like, check }: IdRow, value: string): boolean => {
  const compact = compactOf(value);
  return (!like || like.test(compact)) && (!check || check(compact));
};

/** Values of a row, drawn until one is right; none where that takes too long. */
export function idValues(row: IdRow, count: number): string[] {
  const values: string[] = [];
  const below = drawing(7);
  for (let i = 0; i < 60_000 && values.length < count; i++) {
    const form = row.forms[below(row.forms.length)]!;
    const value = form.replace(/[#@?]/g, (sign) => signs[sign]![below(signs[sign]!.length)]!);
    // The scan begins at a digit, and looks back over no more than seven letters.
    const near = value.search(/\d/) < 8 && !/[A-Z]{8}\d/.test(value);
    if (near && isRight(row, value) && !/^(.)\1*$/.test(compactOf(value))) values.push(value);
  }
  return values;
}

/** The characters that a run is of, without those that may as well end a sentence. */
const alphabetOf = (run: number): string =>
  Array.from({ length: 0x5e }, (_, i) => String.fromCharCode(0x21 + i))
    .filter((char) => (flags[char.charCodeAt(0)]! & run) !== 0 && /[\w+/]/.test(char))
    .join('');

/** What `shape` begins with, and enough more of the run to make `length`: what its own law allows. */
function drawn(run: number, length: number, longest: number, shape: RegExp | undefined): string[] {
  const below = drawing(11);
  const alphabet = alphabetOf(run);
  const more = (count: number): string =>
    Array.from({ length: Math.max(0, count) }, () => alphabet[below(alphabet.length)]).join('');
  const plain = shape && !/\(\?[=!<]/.test(shape.source) && shape.source.startsWith('^');
  const heads = plain
    ? fc.sample(fc.stringMatching(new RegExp(`${shape.source.replace(/\$$/, '')}$`)), {
        numRuns: 300,
        seed: 5,
      })
    : Array.from({ length: 300 }, () => '');
  return heads
    .map((head) => head + more(length - head.length))
    .filter((value) => value.length <= longest && (!shape || shape.test(value)) && !/(.)\1{4}/.test(value))
    .filter((value) => [...value].every((char) => (flags[char.charCodeAt(0)]! & run) !== 0))
    .slice(0, 2);
}

/** `ghp_…`; those of which more stands before the prefix are made by hand. */
function tokensOf([entity, prefix, run, min, max, shape, lead]: Row): Made[] {
  if (lead) return [];
  return drawn(run, min, max, shape).map((rest) => ({
    entity,
    before: 'see ',
    value: prefix + rest,
    behind: ' here',
  }));
}

/** `algolia_client_secret = …`, or what else its law asks of the name. */
function keyedOf([entity, vendors, run, min, max, shape, law]: (typeof keyedRows)[number]): Made[] {
  const values = run === 0 ? ['0a1b2c3d:4e5f6a7b'] : drawn(run, min, max, shape);
  const vendor = vendors.split(' ')[0]!.replace('+', '_');
  const names = [`${vendor}_client_secret`, `${vendor}_access_key`, `${vendor}_login_password`].filter(
    (name) => !law || law.test(name.replaceAll('_', ' ')),
  );
  return values.map((value, i) => ({
    entity,
    before: `${names[i % names.length]} = "`,
    value,
    behind: '"',
  }));
}

const madeIds: readonly Made[] = idRows.flatMap((row) =>
  idValues(row, 2).map((value) => ({
    entity: row.entity,
    before: `${topics[row.topics[0]!].split(', ')[0]!}: `,
    value,
    behind: ' here',
  })),
);

const mixed = 'q7Xw2Lr9Tz4Kd8Vb1Nf6Hs3Jp5Gm0Yc';
const hex = 'f3a91c07be5d2864';
const uuid = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

/** What no table of rules makes: entity, what stands before, value, what stands behind. */
const others: readonly (readonly [entity: string, before: string, value: string, behind?: string])[] = [
  ['EMAIL_ADDRESS', 'to ', 'bob.o@mail.example.co.uk'],
  ['PHONE_NUMBER', 'at ', '+44 20 7946 0018'],
  ['PHONE_NUMBER', 'at ', '(415) 555-0132'],
  ['US_SSN', 'is ', '219-09-9999'],
  ['CREDIT_CARD', 'pay ', '4111 1111 1111 1111'],
  ['CREDIT_CARD', 'pay ', '378282246310005'],
  ['IBAN_CODE', 'to ', 'DE89 3704 0044 0532 0130 00'],
  ['IBAN_CODE', 'to ', 'GB29NWBK60161331926819'],
  ['CRYPTO', 'to ', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
  ['CRYPTO', 'to ', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq'],
  ['CRYPTO', 'to ', '0x88dA6B6a8D3590e88E0FcadD5CEC56A7C9478319'],
  ['IP_ADDRESS', 'host ', '192.168.10.23'],
  ['IP_ADDRESS', 'host ', '2001:db8::ff00:42:8329'],
  ['MAC_ADDRESS', 'by ', '00:1b:44:11:3a:b7'],
  ['MAC_ADDRESS', 'by ', 'AC-DE-48-00-11-22'],
  ['URL_CREDENTIALS', 'postgres://', `svc:${mixed}`, '@db:5432/x'],
  [
    'PRIVATE_KEY',
    'key ',
    `-----BEGIN ${'PRIVATE'} KEY-----\nMIIEpAIBAAKCAQEA04up8hoqzS1\n-----END ${'PRIVATE'} KEY-----`,
  ],
  ['JWT', 'say ', `${'eyJhbGciOiJIUzI1NiJ9'}.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLW9mLWl0`],
  ['GENERIC_API_KEY', 'api_key = "', mixed, '"'],
  ['PASSWORD', 'password = "', 'tr0ub4dor&3', '"'],
  ['PASSWORD_HASH', 'as ', `$2b$${'10'}$${mixed}${mixed.slice(0, 22)}`],
  ['CURL_AUTH_USER', 'curl -u ', `svc:${mixed}`, ' https://h.example'],
  ['CURL_AUTH_HEADER', 'Authorization: Bearer ', `${mixed.slice(0, 15)}.${mixed.slice(9)}`],
  ['TELEGRAM_BOT_API_TOKEN', 'bot ', `${'7213808860'}:AAH1bjqpKKW3maRSPAxzIU-0v6xNuq2-NjM`],
  [
    'SLACK_WEBHOOK_URL',
    'to ',
    `https://hooks.slack.com/${'services'}/T0${hex.slice(0, 9).toUpperCase()}/B0${hex.slice(0, 9).toUpperCase()}/${mixed.slice(0, 24)}`,
  ],
  [
    'DISCORD_WEBHOOK_URL',
    'to ',
    `https://discord.com/api/${'webhooks'}/123456789012345678/${mixed}${mixed}${mixed.slice(0, 6)}`,
  ],
  [
    'MICROSOFT_TEAMS_WEBHOOK',
    'to ',
    `https://acme.webhook.office.com/${'webhookb2'}/${uuid}@${uuid}/IncomingWebhook/${hex}${hex}/${uuid}`,
  ],
  ['ZAPIER_WEBHOOK_URL', 'to ', `https://hooks.zapier.com/${'hooks'}/catch/1234567/ab1cd2e`],
  ['BIC', 'BIC: ', 'DEUTDEFF500'],
  ['BR_PIX_KEY', 'chave pix ', uuid],
  ['SLACK_CONFIG_REFRESH_TOKEN', 'see ', `${'xoxe'}-1-${mixed.repeat(5).slice(0, 146)}`],
  [
    'SLACK_APP_TOKEN',
    'see ',
    `${'xapp'}-1-A0${hex.toUpperCase().slice(0, 9)}-1234567890123-${hex.repeat(4)}`,
  ],
  ['TWILIO_API_KEY', 'see ', `${'SK'}${hex}${hex}`],
  ['AZURE_AD_CLIENT_SECRET', 'see ', `abc8${'Q~'}${mixed}xyz`],
  ['AZURE_DEVOPS_PAT', 'see ', `${mixed}${mixed}${mixed.slice(0, 14)}${'AZDO'}4kTd`],
  ['MAILCHIMP_API_KEY', 'see ', `${hex}${hex}-us12`],
  ['HASHICORP_TF_API_TOKEN', 'see ', `${'0123456789abcd'}.atlasv1.${mixed}${mixed}`],
  ['SALESFORCE_ACCESS_TOKEN', 'see ', `${'00D'}E0X0A0M0PeLE${'!AQ'}${mixed}${mixed}`],
  ['MAXMIND_LICENSE_KEY', 'see ', `${'aB3dE5'}_${mixed.slice(0, 29)}${'_mmk'}`],
  ['NEW_RELIC_LICENSE_KEY', 'see ', `eu01xx${hex}${hex.slice(0, 14)}NRAL`],
  ['SLACK_BOT_TOKEN', 'see ', `${'xoxb'}-1234567890123-1234567890123-${mixed.slice(0, 24)}`],
  ['SLACK_USER_TOKEN', 'see ', `${'xoxp'}-283316862324-298911817009-${hex}${hex}`],
  ['SLACK_LEGACY_TOKEN', 'see ', `${'xoxo'}-523423-234243-234233-${hex}`],
  ['SLACK_SESSION_TOKEN', 'see ', `${'xoxc'}-283316862324-298911817009-${hex}${hex}`],
  ['TWITTER_BEARER_TOKEN', 'twitter_token = "', `${'A'.repeat(22)}${mixed}${mixed}`, '"'],
  [
    'DROPBOX_LONG_LIVED_API_TOKEN',
    'dropbox_token = "',
    `7rBynGo0b1c${'A'.repeat(10)}${mixed}${mixed.slice(0, 12)}`,
    '"',
  ],
  ['LU_MATRICULE', 'matricule: ', '1980031201043'],
  [
    'JWT_BASE64',
    'see ',
    Buffer.from(`${'eyJhbGciOiJIUzI1NiJ9'}.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl`).toString('base64'),
  ],
];

/** A few of each rule. */
export const made: readonly Made[] = [
  ...others.map(([entity, before, value, behind = ' here']) => ({ entity, before, value, behind })),
  ...madeIds,
  ...secretRows.flatMap(tokensOf),
  ...keyedRows.flatMap(keyedOf),
];

/** The entities that none was made of. */
export const unmade: readonly string[] = entities
  .map(({ entity }) => entity)
  .filter((entity) => !made.some((one) => one.entity === entity));

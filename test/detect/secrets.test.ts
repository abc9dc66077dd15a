import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { found } from './found.ts';

/** Made-up values, put together here, so that no scanner of this repository trips over them. */
const hex = 'f3a91c07be5d2864';
const mixed = 'q7Xw2Lr9Tz4Kd8Vb1Nf6Hs3Jp5Gm0Yc';
const lower = mixed.toLowerCase();
const uuid = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

/** What is assigned to a name, however that is written, is found as what the name says. */
const hits: (readonly [text: string, expected: string])[] = [
  [`api_key = "${mixed}"`, `GENERIC_API_KEY:${mixed}`],
  [`"apiToken": "${mixed}"`, `GENERIC_API_KEY:${mixed}`],
  [`export SERVICE_SECRET=${mixed}`, `GENERIC_API_KEY:${mixed}`],
  [`<accessToken>\n    ${mixed}\n</accessToken>`, `GENERIC_API_KEY:${mixed}`],
  [`var clientSecret string = "${mixed}"`, `GENERIC_API_KEY:${mixed}`],
  [`setProperty("SERVICE_TOKEN", "${mixed}")`, `GENERIC_API_KEY:${mixed}`],
  [`'token' => '${mixed}',`, `GENERIC_API_KEY:${mixed}`],
  [`SERVICE_TOKEN ?= "${mixed}"`, `GENERIC_API_KEY:${mixed}`],
  [`{\\"api_key\\": \\"${mixed}\\"}`, `GENERIC_API_KEY:${mixed}`],
  [`login --token ${mixed}`, `GENERIC_API_KEY:${mixed}`],
  [`the SECRET key ${mixed}`, `GENERIC_API_KEY:${mixed}`],
  [`REACT_APP_LOGIN_CLIENT_SECRET=${mixed}`, `GENERIC_API_KEY:${mixed}`],
  [`key ${'live'}_126031192_${mixed.slice(0, 30)}`, `TWITCH_STREAM_KEY:live_126031192_${mixed.slice(0, 30)}`],
  [`key ${'sec-'}c-${mixed}${mixed.slice(0, 17)}`, `PUBNUB_KEY:sec-c-${mixed}${mixed.slice(0, 17)}`],
  [`key ${'1000'}.${hex}${hex}.${hex}${hex}`, `ZOHO_TOKEN:1000.${hex}${hex}.${hex}${hex}`],
  [
    `see ${'00D'}E0X0A0M0PeLE${'!AQ'}${mixed}${mixed}`,
    `SALESFORCE_ACCESS_TOKEN:00DE0X0A0M0PeLE!AQ${mixed}${mixed}`,
  ],
  [`see eu01xx${hex}${hex.slice(0, 14)}NRAL`, `NEW_RELIC_LICENSE_KEY:eu01xx${hex}${hex.slice(0, 14)}NRAL`],
  [
    `see 1308742762612587|${mixed.slice(0, 27)}`,
    `FACEBOOK_ACCESS_TOKEN:1308742762612587|${mixed.slice(0, 27)}`,
  ],
  [
    `post to https://outlook.office.com/${'webhook'}/${uuid}@${uuid}/IncomingWebhook/${hex}${hex}/${uuid}`,
    `MICROSOFT_TEAMS_WEBHOOK:https://outlook.office.com/webhook/${uuid}@${uuid}/IncomingWebhook/${hex}${hex}/${uuid}`,
  ],
  ['my password is hunter2!', 'PASSWORD:hunter2!'],
  ['the password is now "Tr0ub4dor&3".', 'PASSWORD:Tr0ub4dor&3'],
  ['mein Passwort lautet Geheim123!', 'PASSWORD:Geheim123!'],
  [`the api key is ${mixed}`, `GENERIC_API_KEY:${mixed}`],
  [`client_secret: ${uuid}`, `GENERIC_API_KEY:${uuid}`],
  [`//registry.example/:_authToken=${uuid}`, `GENERIC_API_KEY:${uuid}`],
  ['password = "tr0ub4dor&3"', 'PASSWORD:tr0ub4dor&3'],
  ['db_password: Vx9!kk2m', 'PASSWORD:Vx9!kk2m'],
  ['user=svc pwd=Vx9!kk2m', 'PASSWORD:Vx9!kk2m'],
  ['Server=db;Uid=svc;Pwd=Vx9kk2mQ;', 'PASSWORD:Vx9kk2mQ'],
  ["CREATE USER svc IDENTIFIED BY 'Vx9kk2mQ';", 'PASSWORD:Vx9kk2mQ'],
  ['<add key="ClearTextPassword" value="Vx9kk2mQ-and-more" />', 'PASSWORD:Vx9kk2mQ-and-more'],
  [`Authorization: Bearer ${mixed}`, `CURL_AUTH_HEADER:${mixed}`],
  ['Authorization: Basic c3ZjOlZ4OWtrMm1R', 'CURL_AUTH_HEADER:c3ZjOlZ4OWtrMm1R'],
  ["curl -u 'svc:Vx9!kk2m' https://h.example", 'CURL_AUTH_USER:svc:Vx9!kk2m'],
  [`algolia_key = ${lower.slice(0, 31)}9`, `ALGOLIA_API_KEY:${lower.slice(0, 31)}9`],
  [`HEROKU_API_KEY=${uuid}`, `HEROKU_API_KEY:${uuid}`],
  [`sentryToken: ${hex.repeat(4)}`, `SENTRY_ACCESS_TOKEN:${hex.repeat(4)}`],
  [`facebook_secret="${hex.repeat(2)}"`, `FACEBOOK_SECRET:${hex.repeat(2)}`],
  [`new_relic_id = ${lower}${lower}99`, `NEW_RELIC_USER_API_ID:${lower}${lower}99`],
  [`BUNDLE_GEMS__CONTRIBSYS__COM: "${'cafe'}babe:deadbeef"`, `SIDEKIQ_SECRET:${'cafe'}babe:deadbeef`],
  [
    `${'$2b'}$12$${'abcdefghijklmnopqrstu'}${'vwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0'}`,
    `PASSWORD_HASH:${'$2b'}$12$${'abcdefghijklmnopqrstu'}${'vwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0'}`,
  ],
  [`${'dapi'}${hex.repeat(2)}`, `DATABRICKS_API_TOKEN:${'dapi'}${hex.repeat(2)}`],
  [`${'sha256'}~${mixed}abcdefghijkl`, `OPENSHIFT_USER_TOKEN:${'sha256'}~${mixed}abcdefghijkl`],
  [
    `${'0123456789abcd'}.atlasv1.${mixed}${mixed}`,
    `HASHICORP_TF_API_TOKEN:${'0123456789abcd'}.atlasv1.${mixed}${mixed}`,
  ],
  [`${hex.repeat(2)}-us12`, `MAILCHIMP_API_KEY:${hex.repeat(2)}-us12`],
];

/** A token that a word was said of, without or with a sign between, keeps its own name. */
const github = `${'ghp_'}${'q7Xw2Lr9Tz4Kd8Vb1Nf6Hs3Jp5Gm0Yc4Ku7W'}`;
hits.push(
  ...['pwd ', 'password ', '--token ', 'secret key ', 'password = ', 'SecureString "', 'token\n'].map(
    (said) => [`${said}${github}`, `GITHUB_PAT:${github}`] as const,
  ),
);

/** Names without a value, stand-ins, words, references, and keys that open nothing. */
const misses: readonly string[] = [
  'password = "changeme"',
  'password: string',
  'password: required, at least 12 characters',
  'const password = process.env.DB_PASSWORD',
  'password = config.database.password',
  `password: ${'$'}{DB_PASSWORD}`,
  'api_key = "your-api-key-here"',
  'API_KEY=<your-key>',
  'apiKey: ApiKeyConfiguration',
  'token = getAccessTokenFromRequest(request)',
  'token: xxxxxxxxxxxxxxxxxxxxxxxx',
  'api_key={{ secrets.API_KEY }}',
  'SECRET_KEY=$(cat /run/secrets/key)',
  `public_key = "${mixed}"`,
  `idempotency_key: ${uuid}`,
  `next_page_token: ${mixed}`,
  `cache_key = ${hex.repeat(2)}`,
  `"key_id": "${uuid}"`,
  `commit ${hex.repeat(2)}${hex.slice(0, 8)}`,
  `"order": "${uuid}", "trace": "${mixed}"`,
  'max_tokens: 4096, "total_tokens": 123456789012',
  'key_down_event=true keyboard=german-layout-2',
  'monkey: capuchin-of-the-north-2024',
  'the password is SHA256 hashed, the token is required',
  'your password is 8-digit or 2fa-protected',
  'Authorization: Bearer $API_TOKEN',
  'Authorization: Bearer <token>',
  'curl -u "$USER:$PASSWORD" https://h.example',
  'run -u 1000:1000 image',
  'import { secretKeyProvider } from "./secret-key-provider.ts"',
];

describe('secrets', () => {
  it.each(hits)('finds in %s', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each(misses)('finds nothing in %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('takes the key that a value stands under for its name', () => {
    expect(found(mixed, 'apiKey')).toEqual([`GENERIC_API_KEY:${mixed}`]);
    expect(found('tr0ub4dor&3', 'password')).toEqual(['PASSWORD:tr0ub4dor&3']);
    expect(found(uuid, 'heroku_key')).toEqual([`HEROKU_API_KEY:${uuid}`]);
    expect(found(uuid, 'id')).toEqual([]);
    expect(found(mixed, 'next_page_token')).toEqual([]);
    expect(found('changeme', 'password')).toEqual([]);
  });

  it('passes over a certificate, and finds the line of a key that lost its head', () => {
    const line = Buffer.from(Array.from({ length: 48 }, (_, i) => (i * 89 + 31) % 256)).toString('base64');
    const armour = (what: string): string =>
      `-----BEGIN ${what}-----\n${line}\n${line}\n-----END ${what}-----\n`;
    expect(found(armour('CERTIFICATE'))).toEqual([]);
    expect(found(`12:00:01 ${line}\n12:00:02 and on`)).toEqual([`PRIVATE_KEY:${line}`]);
    expect(found(`sha384-${line}\n`)).toEqual([]);
  });

  const value = fc
    .stringMatching(/^[A-Za-z0-9]{24,60}$/)
    .filter((text) => /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text) && new Set(text).size > 16);
  const word = fc.stringMatching(/^[b-df-hj-np-tv-z]{2,8}$/);
  const words = fc.array(word, { maxLength: 6 }).map((all) => all.join(' '));
  const assignment = fc.constantFrom(
    ['api_key = ', ''],
    ['API_TOKEN=', ''],
    ['"clientSecret": "', '"'],
    ["secret: '", "'"],
    ['--token ', ''],
    ['X-Api-Key: ', ''],
  );

  it('finds a value made by chance under a telling name, anywhere', () => {
    fc.assert(
      fc.property(value, assignment, words, words, (one, [open, close], head, tail) => {
        expect(found(`${head} ${open}${one}${close} ${tail}`)).toContain(`GENERIC_API_KEY:${one}`);
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  it('finds nothing in words under a telling name', () => {
    const some = ['user', 'service', 'production', 'default', 'customer', 'rotation', 'internal', 'primary'];
    const joined = fc.tuple(
      fc.shuffledSubarray(some, { minLength: 2, maxLength: 4 }),
      fc.constantFrom('-', '_', '.', '/'),
    );
    fc.assert(
      fc.property(joined, assignment, ([parts, joint], [open, close]) => {
        expect(found(`${open}${parts.join(joint)}${close}`)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

import {
  ALNUM,
  BASE64,
  byteAt,
  DIGIT,
  DOTTED,
  type Found,
  flags,
  HEX,
  type Kind,
  latin,
  runEnd,
  type Text,
  URLSAFE,
} from './bytes.ts';
import { isStandIn } from './guess.ts';

/** Secrets without a form of their own, told by whose they are in the name and by their shape: `algolia_key = …`. */
type Row = readonly [
  entity: string,
  /** Words of the name, one of which must stand there; two joined by `+` stand side by side. */
  vendors: string,
  run: number,
  min: number,
  max: number,
  shape?: RegExp | undefined,
  /** What else the name's words, joined by spaces, must say. */
  name?: RegExp,
];

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** What keys of some vendors have in front of what was drawn. */
const PADDING = /A{10,}/;
const secret = /secret/;
const credential = /secret|key|token|pass|pwd|auth/;
/** A letter and a digit: no word of a language, no number. */
const mixed = /\d.*[A-Za-z]|[A-Za-z].*\d/;
const COLONED = DOTTED | BASE64;
/** Two of hex with a colon between them. */
const PAIRED = 0;

export const keyedRows: readonly Row[] = [
  // Clouds and delivery
  [
    'AWS_SECRET_ACCESS_KEY',
    'aws amazon secret',
    BASE64,
    40,
    40,
    mixed,
    /\baws (?:\w+ )*(?:secret|key)|\bsecret ?(?:access)? ?key$|secret access key/,
  ],
  [
    'AZURE_STORAGE_KEY',
    'account storage azure',
    BASE64,
    86,
    88,
    undefined,
    /(?:account|storage) ?(?:access)? ?key$/,
  ],
  ['GOOGLE_OAUTH_SECRET', 'google gcp oauth oauth2', URLSAFE, 24, 24, undefined, /client secret$/],
  ['ALIBABA_SECRET_KEY', 'alibaba aliyun', ALNUM, 30, 30, mixed],
  ['CLOUDFLARE_GLOBAL_API_KEY', 'cloudflare', HEX, 37, 37],
  ['CLOUDFLARE_API_KEY', 'cloudflare', URLSAFE, 40, 40, mixed],
  ['FASTLY_API_TOKEN', 'fastly', BASE64 | URLSAFE, 32, 32, mixed],
  ['HEROKU_API_KEY', 'heroku', URLSAFE, 36, 36, UUID],
  ['NETLIFY_ACCESS_TOKEN', 'netlify', URLSAFE, 40, 46, mixed],
  ['YANDEX_ACCESS_TOKEN', 'yandex', COLONED, 90, 200, /^t1\.[\w-]+=*\.[\w-]{86}=*$/],
  ['YANDEX_API_KEY', 'yandex', URLSAFE, 39, 42, /^AQVN/],
  ['YANDEX_AWS_ACCESS_TOKEN', 'yandex', URLSAFE, 40, 40, /^YC/],
  ['CISCO_MERAKI_API_KEY', 'meraki', HEX, 40, 40],
  ['HASHICORP_TF_PASSWORD', 'administrator', BASE64 | URLSAFE, 8, 20, mixed, /administrator login password$/],
  // Code, packages, builds
  [
    'ATLASSIAN_API_TOKEN',
    'atlassian confluence jira',
    ALNUM,
    24,
    24,
    /^(?=.*\d)[A-Za-z0-9]{20}[A-Fa-f0-9]{4}$/,
  ],
  ['BITBUCKET_CLIENT_ID', 'bitbucket', ALNUM, 32, 32, mixed],
  ['BITBUCKET_CLIENT_SECRET', 'bitbucket', BASE64 | URLSAFE, 64, 64, mixed],
  ['CODECOV_ACCESS_TOKEN', 'codecov', ALNUM, 32, 32, mixed],
  ['CODECOV_ACCESS_TOKEN', 'codecov', URLSAFE, 36, 36, UUID],
  ['DRONECI_ACCESS_TOKEN', 'droneci drone', ALNUM, 32, 32, mixed],
  [
    'AUTHRESS_SERVICE_CLIENT_ACCESS_KEY',
    'authress',
    COLONED,
    50,
    190,
    /^(?:sc|ext|scauth|authress)_\w{5,30}\.\w{4,6}\.acc[_-][\w-]{10,32}\.[\w+/=-]{30,120}$/,
  ],
  ['GITTER_ACCESS_TOKEN', 'gitter', URLSAFE, 40, 40, mixed],
  [
    'HARNESS_API_KEY',
    'harness',
    COLONED,
    72,
    72,
    /^(?:pat|sat)\.[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}$/,
  ],
  ['JFROG_API_KEY', 'jfrog artifactory bintray xray', ALNUM, 73, 73, mixed],
  ['JFROG_IDENTITY_TOKEN', 'jfrog artifactory bintray xray', ALNUM, 64, 64, mixed],
  ['LAUNCHDARKLY_ACCESS_TOKEN', 'launchdarkly launch+darkly', BASE64 | URLSAFE, 40, 40, mixed],
  ['SIDEKIQ_SECRET', 'contribsys', PAIRED, 17, 17, /^[0-9a-f]{8}:[0-9a-f]{8}$/i],
  ['SNYK_API_TOKEN', 'snyk', URLSAFE, 36, 36, UUID],
  ['SONAR_API_TOKEN', 'sonar sonarqube sonarcloud', BASE64 | URLSAFE, 40, 40, mixed, /login|token|key|auth/],
  ['SOURCEGRAPH_ACCESS_TOKEN', 'sourcegraph', HEX, 40, 40],
  ['TRAVISCI_ACCESS_TOKEN', 'travis travisci', ALNUM, 22, 22, mixed],
  // Observation
  ['DATADOG_ACCESS_TOKEN', 'datadog', ALNUM, 40, 40, mixed],
  ['DATADOG_ACCESS_TOKEN', 'datadog dd', HEX, 32, 32, undefined, /key|token/],
  ['NEW_RELIC_USER_API_ID', 'newrelic new+relic', ALNUM, 64, 64, mixed],
  ['SENTRY_ACCESS_TOKEN', 'sentry', HEX, 64, 64],
  ['SUMOLOGIC_ACCESS_ID', 'sumo sumologic', ALNUM, 14, 14, /^su/],
  ['SUMOLOGIC_ACCESS_TOKEN', 'sumo sumologic', ALNUM, 64, 64, mixed],
  ['FULLSTORY_API_KEY', 'fullstory', COLONED, 60, 120, mixed],
  // Chat, mail, people
  ['BEAMER_API_TOKEN', 'beamer', BASE64 | URLSAFE, 46, 46, /^b_/],
  ['DISCORD_API_TOKEN', 'discord', HEX, 64, 64],
  ['DISCORD_CLIENT_ID', 'discord', DIGIT, 18, 18],
  ['DISCORD_CLIENT_SECRET', 'discord', BASE64 | URLSAFE, 32, 32, mixed],
  ['FACEBOOK_SECRET', 'facebook fb', HEX, 32, 32],
  ['FLICKR_ACCESS_TOKEN', 'flickr', ALNUM, 32, 32, mixed],
  ['INTERCOM_API_KEY', 'intercom', BASE64 | URLSAFE, 60, 60, mixed],
  ['LINKEDIN_CLIENT_ID', 'linkedin linked+in', ALNUM, 14, 14, mixed],
  ['LINKEDIN_CLIENT_SECRET', 'linkedin linked+in', ALNUM, 16, 16, mixed],
  ['MAILCHIMP_API_KEY', 'mailchimp', URLSAFE, 36, 37, /^[0-9a-f]{32}-us\d{1,2}$/],
  ['MAILGUN_PUB_KEY', 'mailgun', URLSAFE, 39, 39, /^pubkey-[0-9a-f]{32}$/],
  ['MAILGUN_SIGNING_KEY', 'mailgun', URLSAFE, 50, 50, /^[a-h0-9]{32}-[a-h0-9]{8}-[a-h0-9]{8}$/],
  ['MATTERMOST_ACCESS_TOKEN', 'mattermost', ALNUM, 26, 26, mixed],
  ['MESSAGEBIRD_API_TOKEN', 'messagebird message+bird', ALNUM, 25, 25, mixed],
  ['MESSAGEBIRD_CLIENT_ID', 'messagebird message+bird', URLSAFE, 36, 36, UUID],
  ['SENDBIRD_ACCESS_ID', 'sendbird', URLSAFE, 36, 36, UUID],
  ['SENDBIRD_ACCESS_TOKEN', 'sendbird', HEX, 40, 40],
  [
    'TWILIO_AUTH_TOKEN',
    'twilio auth',
    HEX,
    32,
    32,
    undefined,
    /twilio (?:\w+ )*(?:token|secret|key)|^auth token$/,
  ],
  ['TWITCH_API_TOKEN', 'twitch', ALNUM, 30, 30, mixed],
  ['TWITTER_API_KEY', 'twitter', ALNUM, 25, 25, mixed],
  ['TWITTER_ACCESS_SECRET', 'twitter', ALNUM, 45, 45, mixed],
  ['TWITTER_API_SECRET', 'twitter', ALNUM, 50, 50, mixed],
  ['TWITTER_ACCESS_TOKEN', 'twitter', URLSAFE, 36, 66, /^\d{15,25}-[A-Za-z0-9]{20,40}$/],
  ['TWITTER_BEARER_TOKEN', 'twitter', ALNUM, 22, 140, /^A{22}/],
  ['ZENDESK_SECRET_KEY', 'zendesk', ALNUM, 40, 40, mixed],
  // Money
  ['BITTREX_SECRET_KEY', 'bittrex', ALNUM, 32, 32, mixed, secret],
  ['BITTREX_ACCESS_KEY', 'bittrex', ALNUM, 32, 32, mixed],
  ['COINBASE_ACCESS_TOKEN', 'coinbase', URLSAFE, 64, 64, mixed],
  ['ETSY_ACCESS_TOKEN', 'etsy', ALNUM, 24, 24, mixed],
  ['FINICITY_API_TOKEN', 'finicity', HEX, 32, 32],
  ['FINICITY_CLIENT_SECRET', 'finicity', ALNUM, 20, 20, mixed],
  ['FINNHUB_ACCESS_TOKEN', 'finnhub', ALNUM, 20, 20, mixed],
  ['FRESHBOOKS_ACCESS_TOKEN', 'freshbooks', ALNUM, 64, 64, mixed],
  ['GOCARDLESS_API_TOKEN', 'gocardless', BASE64 | URLSAFE, 45, 45, /^live_/],
  ['KRAKEN_ACCESS_TOKEN', 'kraken', BASE64 | URLSAFE, 80, 90, mixed],
  ['KUCOIN_ACCESS_TOKEN', 'kucoin', HEX, 24, 24],
  ['KUCOIN_SECRET_KEY', 'kucoin', URLSAFE, 36, 36, UUID],
  ['LOB_API_KEY', 'lob', URLSAFE, 40, 40, /^(?:live|test)_[0-9a-f]{35}$/],
  ['LOB_PUB_API_KEY', 'lob', URLSAFE, 40, 40, /^(?:live|test)_pub_[0-9a-f]{31}$/],
  ['PLAID_CLIENT_ID', 'plaid', ALNUM, 24, 24, mixed],
  ['PLAID_SECRET_KEY', 'plaid', ALNUM, 30, 30, mixed],
  ['SQUARE_ACCESS_TOKEN', 'square', URLSAFE, 26, 64, /^EAAA/],
  ['SQUARESPACE_ACCESS_TOKEN', 'squarespace', URLSAFE, 36, 36, UUID],
  // Data, documents, models, the rest
  ['ADAFRUIT_API_KEY', 'adafruit', URLSAFE, 32, 32, mixed],
  ['ADOBE_CLIENT_ID', 'adobe', HEX, 32, 32],
  ['AIRTABLE_PERSONNAL_ACCESS_TOKEN', 'airtable', COLONED, 82, 82, /^pat[A-Za-z0-9]{14}\.[a-f0-9]{64}$/],
  ['AIRTABLE_API_KEY', 'airtable', ALNUM, 17, 17, mixed],
  ['ALGOLIA_API_KEY', 'algolia', ALNUM, 32, 32, mixed],
  ['ASANA_CLIENT_ID', 'asana', DIGIT, 16, 16],
  ['ASANA_CLIENT_SECRET', 'asana', ALNUM, 32, 32, mixed],
  ['COHERE_API_TOKEN', 'cohere co+api', ALNUM, 40, 40, mixed],
  ['CONFLUENT_ACCESS_TOKEN', 'confluent', ALNUM, 16, 16, mixed],
  ['CONFLUENT_SECRET_KEY', 'confluent', BASE64, 64, 64, mixed],
  ['CONTENTFUL_DELIVERY_API_TOKEN', 'contentful', BASE64 | URLSAFE, 43, 43, mixed],
  ['DROPBOX_API_TOKEN', 'dropbox', ALNUM, 15, 15, mixed],
  ['DROPBOX_LONG_LIVED_API_TOKEN', 'dropbox', BASE64 | URLSAFE, 64, 64, /^[A-Za-z0-9]{11}A{10}/],
  ['DROPBOX_SHORT_LIVED_API_TOKEN', 'dropbox', COLONED, 100, 160, /^sl\./],
  ['HUBSPOT_API_KEY', 'hubspot', URLSAFE, 36, 36, UUID],
  ['LINEAR_CLIENT_SECRET', 'linear', HEX, 32, 32],
  ['LOOKER_CLIENT_ID', 'looker', ALNUM, 20, 20, mixed],
  ['LOOKER_CLIENT_SECRET', 'looker', ALNUM, 24, 24, mixed],
  ['NYTIMES_ACCESS_TOKEN', 'nytimes newyorktimes york+times', BASE64 | URLSAFE, 32, 32, mixed],
  ['OKTA_ACCESS_TOKEN', 'okta', BASE64 | URLSAFE, 42, 42, /^00/],
  ['PRIVATEAI_API_TOKEN', 'privateai private+ai', ALNUM, 32, 32, mixed],
  ['RAPIDAPI_ACCESS_TOKEN', 'rapidapi', URLSAFE, 50, 50, mixed],
  ['POSTMARK_API_TOKEN', 'postmark', URLSAFE, 36, 36, UUID],
  ['OPENAI_API_KEY', 'openai', HEX, 32, 32, undefined, credential],
];

export const keyedKinds: readonly Kind[] = [...new Set(keyedRows.map(([entity]) => entity))].map(
  (entity) => ({
    entity,
    group: 'secret',
    longest: Math.max(...keyedRows.filter((row) => row[0] === entity).map((row) => row[4])),
  }),
);

const byVendor: ReadonlyMap<string, readonly Row[]> = keyedRows.reduce((read, row) => {
  for (const vendor of row[1].split(' ')) read.set(vendor, [...(read.get(vendor) ?? []), row]);
  return read;
}, new Map<string, Row[]>());

/** All words that a vendor is told by; of two side by side, the latter. */
export const vendorWords: readonly string[] = [...byVendor.keys()].map((vendor) => vendor.split('+').at(-1)!);

/** What stands at `from` under a name of these words, where one of them is a vendor's and the shape is that of its keys. */
export function findVendorKey(text: Text, words: readonly string[], from: number): Found | undefined {
  for (let i = 0; i < words.length; i++) {
    const here = byVendor.get(words[i]!);
    const joined = i > 0 ? byVendor.get(`${words[i - 1]}+${words[i]}`) : undefined;
    const found = (here || joined) && firstOf([...(here ?? []), ...(joined ?? [])], text, words, from);
    if (found) return found;
  }
  return undefined;
}

function firstOf(
  candidates: readonly Row[],
  text: Text,
  words: readonly string[],
  from: number,
): Found | undefined {
  const all = words.join(' ');
  for (const [entity, , run, min, max, shape, name] of candidates) {
    if (name && !name.test(all)) continue;
    const end = run === PAIRED ? pairEnd(text, from) : runEnd(text, from, run, max + 1);
    const length = end - from;
    if (length < min || length > max || (flags[byteAt(text, end)]! & ALNUM) !== 0) continue;
    const value = latin(text, from, end);
    if ((shape && !shape.test(value)) || isStandIn(value.replace(PADDING, '')) || new Set(value).size < 5)
      continue;
    return { entity, start: from, end, score: 0.85, detector: entity.toLowerCase().replaceAll('_', '-') };
  }
  return undefined;
}

function pairEnd(text: Text, from: number): number {
  const colon = runEnd(text, from, HEX, 9);
  return byteAt(text, colon) === 0x3a ? runEnd(text, colon + 1, HEX, 9) : colon;
}

// What the corpora's labels are to us: the one table. A label that is an entity of ours by name needs no row.

/** Labels under another name than the entity's. */
const aliases = {
  PHONE: 'PHONE_NUMBER',
  TR_PHONE_NUMBER: 'PHONE_NUMBER',
  PH_MOBILE_NUMBER: 'PHONE_NUMBER',
  CREDIT_CARD_NUMBER: 'CREDIT_CARD',
  US_SOCIAL_SECURITY_NUMBER: 'US_SSN',
  ABA_ROUTING: 'ABA_ROUTING_NUMBER',
  PERSON_NAME: 'PERSON',
  GPE: 'LOCATION',
  BRPlaca: 'BR_LICENSE_PLATE',
  BRPixKey: 'BR_PIX_KEY',
  BRCEP: 'BR_CEP',
  BRRenavam: 'BR_RENAVAM',
  BRCNS: 'BR_CNS',
  BRTitulo: 'BR_TITULO',
};

/** What an entity may cover besides, without being wrong: an address holds places, a URL names its host. */
export const alsoRight = {
  LOCATION: ['STREET_ADDRESS', 'ZIP_CODE'],
  PERSON: ['TITLE'],
  URL: ['DOMAIN_NAME'],
  DATE_OF_BIRTH: ['DATE_TIME'],
};

/** The name under which a label is counted; all secrets are one, as each source names them in its own way. */
export function entityOf(label, known) {
  if (label.startsWith('SECRET/') || label === 'CREDENTIALS') return 'SECRET';
  return known.has(label) ? label : (aliases[label] ?? label);
}

/** Rules about the tokens themselves of the services that are in most use, as the sources name them. */
export const commonSecrets = {
  OpenAI: /^SECRET\/openai(?:-api-key)?$|np\.openai/,
  Anthropic: /^SECRET\/anthropic/,
  AWS: /aws-access-token|aws_key|np\.aws\.[12]$|^SECRET\/aws$/,
  GitHub: /github-|github_token|np\.github\.[137]|^SECRET\/github$/,
  GitLab: /gitlab/,
  Slack: /slack/,
  Stripe: /stripe/,
  Google: /gcp-api-key|np\.google\.[45]/,
  JWT: /^SECRET\/jwt$|np\.jwt\.1/,
  'private keys': /private-key|^SECRET\/privatekey|np\.pem/,
  npm: /npm/,
  PyPI: /pypi/,
  Twilio: /twilio/,
  SendGrid: /sendgrid/,
  'Hugging Face': /huggingface/,
  DigitalOcean: /digitalocean/,
  Telegram: /telegram/,
  'URL credentials': /basicauth|basic_auth|np\.mongodb|np\.postgres|connection-string/,
};

/** How the names of our entities begin that are of a service, where not by its name. */
const beginnings = {
  Google: ['GCP_', 'GOOGLE_'],
  'private keys': ['PRIVATE_KEY'],
  'Hugging Face': ['HUGGINGFACE_'],
  'URL credentials': ['URL_CREDENTIALS'],
};

/** Is this entity of ours one of the service's own, rather than a secret of any kind? */
export const isOwn = (service, entity) =>
  (beginnings[service] ?? [service.toUpperCase()]).some((begin) => entity.startsWith(begin));

/** Sources of texts in which entities are labelled. */
export const textSources = ['presidio-research', 'presidio', 'redact-pii', 'alcatraz', 'libphonenumber'];
/** Sources of texts in which secrets are labelled. */
export const secretSources = [
  'gitleaks',
  'secretlint',
  'detect-secrets',
  'noseyparker',
  'kingfisher',
  'CredSweeper',
];
/** Sources of values alone. */
export const valueSources = ['stdnum-js', 'validator.js', 'alcatraz'];

/** Under which key a bare value would stand, by its label: `NATIONAL_ID/fr/nir` → `nir`. */
export const keyOf = (label) => label.split('/').at(-1).toLowerCase();

import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compileDetectors, detect, groupOf } from '../../src/detect/detect.ts';

/**
 * Recall and precision on labelled texts of other projects. Texts that are one bare value, or in which a source
 * labels one type alone, count towards that type only.
 */
const folder = new URL('../../../shared/corpora/pii/', import.meta.url);
const missing = !existsSync(folder);

interface Text {
  readonly text: string;
  readonly type: string;
  readonly expect?: boolean;
  readonly labelling: string;
  readonly spans?: readonly Span[];
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

const detectors = compileDetectors();

function read(source: string): Text[] {
  const lines = gunzipSync(readFileSync(new URL(`${source}.jsonl.gz`, folder)))
    .toString()
    .split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line) as Text);
}

/** What we find, in the corpus' units. */
function found(text: string): Span[] {
  const bytes = Buffer.from(text);
  const units = (at: number): number => bytes.toString('utf8', 0, at).length;
  return detect(detectors, bytes, 0, bytes.length).map(({ entity, start, end }) => ({
    type: entity,
    start: units(start),
    end: units(end),
  }));
}

const alias: Readonly<Record<string, string>> = {
  PHONE: 'PHONE_NUMBER',
  CREDIT_CARD_NUMBER: 'CREDIT_CARD',
  US_SOCIAL_SECURITY_NUMBER: 'US_SSN',
};
const named = (type: string): string => alias[type] ?? type;

class Tally {
  hit = 0;
  missed = 0;
  wrong = 0;

  get recall(): number {
    return this.hit / Math.max(1, this.hit + this.missed);
  }

  get precision(): number {
    return this.hit / Math.max(1, this.hit + this.wrong);
  }
}

const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

/** Texts where an entity is labelled: each span found or missed, each text that must stay clear judged once. */
function tally(texts: readonly Text[], entity: string): Tally {
  const sum = new Tally();
  for (const { text, type, expect: expected, labelling, spans = [] } of texts) {
    const labels = spans.filter((span) => named(span.type) === entity);
    const whole = labelling === 'all-entities-labelled';
    if (!whole && labels.length === 0 && named(type) !== entity) continue;
    const ours = found(text).filter((span) => span.type === entity);
    for (const label of labels) ours.some((span) => overlap(span, label)) ? sum.hit++ : sum.missed++;
    if (whole) sum.wrong += ours.filter((span) => !labels.some((label) => overlap(span, label))).length;
    else if (expected === false) sum.wrong += ours.length > 0 ? 1 : 0;
    else if (labels.length === 0 && expected === true) ours.length > 0 ? sum.hit++ : sum.missed++;
  }
  return sum;
}

const percent = (share: number): string => share.toFixed(3);

function show(title: string, rows: readonly (readonly [name: string, tally: Tally])[]): void {
  const lines = rows.map(([name, { hit, missed, wrong, recall, precision }]) =>
    [
      name.padEnd(16),
      `${hit}/${hit + missed}`.padStart(9),
      percent(recall),
      percent(precision),
      `${wrong} wrong`,
    ].join('  '),
  );
  console.log([title, 'entity            found/all  recall precision', ...lines].join('\n'));
}

describe.skipIf(missing)('labelled texts (skipped where ../shared/corpora is missing)', () => {
  it('structured entities', () => {
    const texts = ['presidio-research', 'presidio', 'redact-pii', 'alcatraz'].flatMap(read);
    const entities = [
      'EMAIL_ADDRESS',
      'PHONE_NUMBER',
      'CREDIT_CARD',
      'IBAN_CODE',
      'US_SSN',
      'IP_ADDRESS',
      'CRYPTO',
    ];
    const rows = entities.map((entity) => [entity, tally(texts, entity)] as const);
    show('structured entities in text', rows);
    for (const [entity, { recall, precision }] of rows) {
      // Nine digits of which nothing is said are no social security number, though the source lists some.
      expect(recall, entity).toBeGreaterThanOrEqual(entity === 'US_SSN' ? 0.6 : 0.95);
      expect(precision, entity).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('secrets of the common families', () => {
    const texts = ['gitleaks', 'secretlint', 'detect-secrets', 'noseyparker'].flatMap(read);
    const rows = Object.entries(families).map(
      ([family, type]) => [family, tallySecrets(texts, type)] as const,
    );
    const all = new Tally();
    for (const [, { hit, missed, wrong }] of rows) {
      all.hit += hit;
      all.missed += missed;
      all.wrong += wrong;
    }
    show('secrets', [...rows, ['all', all]]);
    expect(all.recall).toBeGreaterThanOrEqual(0.95);
  });
});

/** Rules of the sources that are about a family's tokens themselves. */
const families: Readonly<Record<string, RegExp>> = {
  openai: /^SECRET\/openai(?:-api-key)?$|np\.openai/,
  anthropic: /^SECRET\/anthropic/,
  aws: /aws-access-token|aws_key|np\.aws\.[12]$|^SECRET\/aws$/,
  github: /github-|github_token|np\.github\.[137]|^SECRET\/github$/,
  gitlab: /gitlab/,
  slack: /slack/,
  stripe: /stripe/,
  google: /gcp-api-key|np\.google\.[45]/,
  jwt: /^SECRET\/jwt$|np\.jwt\.1/,
  'private keys': /private-key|^SECRET\/privatekey|np\.pem/,
  npm: /npm/,
  pypi: /pypi/,
  twilio: /twilio/,
  sendgrid: /sendgrid/,
  'hugging face': /huggingface/,
  digitalocean: /digitalocean/,
  telegram: /telegram/,
  'URL credentials': /basicauth|basic_auth|np\.mongodb|np\.postgres|connection-string/,
};

/** A secret is found where any secret is: sources name them differently. */
function tallySecrets(texts: readonly Text[], type: RegExp): Tally {
  const sum = new Tally();
  for (const text of texts.filter((one) => type.test(one.type))) {
    const ours = found(text.text).filter((span) => groupOf(detectors, span.type) === 'secret');
    const labels = text.spans ?? [];
    const hit =
      labels.length > 0 ? labels.some((label) => ours.some((span) => overlap(span, label))) : ours.length > 0;
    if (text.expect === false) sum.wrong += ours.length > 0 ? 1 : 0;
    else if (hit) sum.hit++;
    else sum.missed++;
  }
  return sum;
}

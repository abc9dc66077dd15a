// Other packages of npm that find or mask, on the same texts: what each finds, as spans, under our names.
import { OpenRedaction } from '@openredaction/core';
import { Redactor } from '@redactpii/node';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

/** Names of theirs that are not ours; those of phone numbers and IP addresses come in several kinds. */
const names = {
  NAME: 'PERSON',
  EMAIL: 'EMAIL_ADDRESS',
  SSN: 'US_SSN',
  IBAN: 'IBAN_CODE',
  PERSON_NAME: 'PERSON',
  CREDIT_CARD_NUMBER: 'CREDIT_CARD',
  US_SOCIAL_SECURITY_NUMBER: 'US_SSN',
};

const nameOf = (theirs) =>
  theirs.startsWith('PHONE')
    ? 'PHONE_NUMBER'
    : theirs.startsWith('IPV')
      ? 'IP_ADDRESS'
      : (names[theirs] ?? theirs);

const open = new OpenRedaction({ redactionMode: 'placeholder' });
const redactor = new Redactor();
const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }];

/** In order of what they cost. */
export const rivals = [
  {
    name: '@redactpii/node',
    run: (text) => redactor.redact(text),
    find: (text) => replaced(text, redactor.redact(text)),
  },
  { name: '@secretlint/core', run: lint, find: lint },
  { name: '@openredaction/core', run: (text) => open.detect(text), find: opened },
];

async function opened(text) {
  const { detections } = await open.detect(text);
  return detections.map(({ type, position: [start, end] }) => ({ type: nameOf(type), start, end }));
}

async function lint(text) {
  const { messages } = await lintSource({
    source: { content: text, filePath: '/text.txt', ext: '.txt', contentType: 'text' },
    options: { config: { rules }, noPhysicFilePath: true },
  });
  return messages.map(({ range: [start, end] }) => ({ type: 'SECRET', start, end }));
}

/** Marks that stand in a masked text; what stands between them still stands in the text, in order. */
const mark = /\b(PERSON_NAME|EMAIL_ADDRESS|PHONE_NUMBER|CREDIT_CARD_NUMBER|US_SOCIAL_SECURITY_NUMBER)\b/;

function replaced(text, masked) {
  const spans = [];
  const pieces = masked.split(mark);
  let at = pieces[0].length;
  for (let i = 1; i < pieces.length; i += 2) {
    const next = pieces[i + 1];
    const last = i + 2 === pieces.length;
    const end = last
      ? text.length - next.length
      : next === ''
        ? at
        : Math.max(at, text.indexOf(next, at + 1));
    spans.push({ type: nameOf(pieces[i]), start: at, end });
    at = end + next.length;
  }
  return spans;
}

// Recall, precision and F1 by entity, ours beside the others', as Markdown.
import {
  commonSecrets,
  entityOf,
  isOwn,
  keyOf,
  secretSources,
  textSources,
  valueSources,
} from '../detect/labels.mjs';
import {
  f1Of,
  finder,
  measure,
  precisionOf,
  readCorpus,
  recallOf,
  tally,
  total,
} from '../detect/measure.mjs';
import { rivals } from './rivals.mjs';

/** The tables, and our own tallies by entity. */
export async function qualityOf(ours, named, showFailed) {
  const all = [{ name: 'fcgate', find: finder(ours.detect, ours.groupOf) }, ...rivals];
  const known = new Set(ours.entities.map(({ entity }) => entity));
  const asked = named.entities.map(({ entity }) => entity);
  const texts = textSources.flatMap(readCorpus);
  const structured = await tallied(all, texts, known);
  const opted = await tallied(
    [{ name: 'fcgate', find: finder(named.detect, named.groupOf) }, ...rivals],
    texts,
    new Set([...known, ...asked]),
  );
  const secrets = await secretsOf(all);
  const of = (tallies, names) => tallies.map((one) => names.map((name) => one.get(name) ?? tally()));
  const labelled = [...structured[0]].filter(([, sum]) => sum.hit + sum.missed > 0).map(([name]) => name);
  const rows = labelled.filter((name) => known.has(name)).sort();
  const unfound = labelled.filter((name) => !known.has(name) && !asked.includes(name) && name !== 'SECRET');
  const sections = [
    table('Structured entities in text', all, rows, of(structured, rows)),
    `Labelled and looked for by no detector of ours: ${unfound
      .sort()
      .map((name) => `${name} (${structured[0].get(name).missed})`)
      .join(', ')}.`,
    `Masked under whatever name: recall ${(await recallUnderAnyName(all[0], texts, known)).toFixed(3)}.`,
    table('Names and places, where a policy asks for them', all, asked, of(opted, asked)),
    table('Secrets, by service', all, [EVERY, COMMON, ...Object.keys(commonSecrets)], secrets),
    `Where a text that a rule of these services must not match counts only if a key of that service is found in it, as the corpus' own index asks: precision ${ownPrecision(ours, secrets[0][1]).toFixed(3)}.`,
    bareValues(all[0].find),
  ];
  if (showFailed) sections.push(failed(structured[0], rows));
  const tallies = new Map([...structured[0], ...asked.map((name) => [name, opted[0].get(name) ?? tally()])]);
  return { text: sections.join('\n\n'), tallies };
}

/** What bare digits are, two states may claim; masked they are by either name. */
async function recallUnderAnyName(ours, texts, known) {
  const isKnown = ({ type }) => known.has(entityOf(type, known));
  const unnamed = (span) => ({ ...span, type: 'ANY' });
  const valued = texts
    .filter(({ expect }) => expect !== false)
    .map((text) => (text.spans ? { ...text, spans: text.spans.filter(isKnown) } : text))
    .filter((text) => (text.spans ? text.spans.length > 0 : isKnown(text)));
  const found = (await foundBy(ours, valued)).map((spans) => spans.map(unnamed));
  const labelled = valued.map((text) => ({
    ...unnamed(text),
    ...(text.spans && { spans: text.spans.map(unnamed) }),
  }));
  return recallOf(measure(labelled, known, found).get('ANY'));
}

const EVERY = 'all rules of all sources';
const COMMON = 'the services below';

const tallied = (all, texts, known) =>
  Promise.all(all.map(async (one) => measure(texts, known, await foundBy(one, texts))));

async function foundBy({ find }, texts) {
  const found = [];
  for (const { text } of texts) found.push(await find(text));
  return found;
}

/** What one rule must not match is a secret all the same where another rule must match it. */
function secretTexts() {
  const all = secretSources.flatMap(readCorpus);
  const secret = new Set(all.filter(({ expect }) => expect !== false).map(({ text }) => text));
  return all.filter(({ expect, text }) => expect !== false || !secret.has(text));
}

/** For each finder: everything, the common services together, then each of them. A secret is found where any is found. */
async function secretsOf(finders) {
  const texts = secretTexts();
  const services = Object.values(commonSecrets);
  const common = texts.filter(({ type }) => services.some((rule) => rule.test(type)));
  const sets = [texts, common, ...services.map((rule) => texts.filter(({ type }) => rule.test(type)))];
  const known = new Set();
  return Promise.all(
    finders.map(async (one) => {
      const found = new Map((await foundBy(one, texts)).map((spans, i) => [texts[i], spans]));
      return sets.map((set) => {
        const tallies = measure(
          set,
          known,
          set.map((text) => found.get(text)),
        );
        return tallies.get('SECRET') ?? tally();
      });
    }),
  );
}

/** A text without a key of one service may well hold a secret of another, or of no service in particular. */
function ownPrecision({ detect }, sum) {
  const clear = secretTexts().filter(({ expect }) => expect === false);
  const wrong = clear.filter(({ text, type }) => {
    const found = detect(Buffer.from(text));
    return Object.entries(commonSecrets).some(
      ([service, rules]) => rules.test(type) && found.some(({ entity }) => isOwn(service, entity)),
    );
  });
  return precisionOf({ ...sum, wrong: wrong.length });
}

/** Values alone, as they stand in JSON: bare, and under a key that says what they are. */
function bareValues(find) {
  const texts = valueSources
    .flatMap(readCorpus)
    .filter(({ labelling }) => labelling === 'bare-value-validator');
  const count = (wanted, keyed) => {
    const some = texts.filter(({ expect }) => expect === wanted);
    const hit = some.filter(
      ({ text, type }) => find(text, keyed ? keyOf(type) : undefined).length > 0,
    ).length;
    return `${hit} of ${some.length}`;
  };
  return [
    '### Values alone\n',
    '| value | something found: valid | something found: invalid |',
    '|---|---|---|',
    `| bare | ${count(true, false)} | ${count(false, false)} |`,
    `| under a key named for its type | ${count(true, true)} | ${count(false, true)} |`,
  ].join('\n');
}

const share = (value) => value.toFixed(3);
const cell = (sum) =>
  sum.hit + sum.wrong === 0
    ? '– '
    : `${share(recallOf(sum))} · ${share(precisionOf(sum))} · ${share(f1Of(sum))}`;

/** A row for each name, then all of them together; a column for each finder. */
function table(title, all, names, columns) {
  const rows = names.map((name, i) => [
    name,
    columns[0][i].hit + columns[0][i].missed,
    ...columns.map((one) => cell(one[i])),
  ]);
  if (!title.startsWith('Secrets')) {
    const sums = columns.map((one) => total(one));
    rows.push(['**all**', sums[0].hit + sums[0].missed, ...sums.map(cell)]);
  }
  return [
    `### ${title}\n`,
    `| entity | labels | ${all.map(({ name }) => name).join(' | ')} |`,
    `|---|---|${all.map(() => '---|').join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '\nEach cell: recall · precision · F1; – where nothing of the kind is found.',
  ].join('\n');
}

/** The ids of the texts where we miss (-) or find too much (+). */
const failed = (tallies, names) =>
  names.map((name) => `${name}: ${tallies.get(name).failed.join(' ')}`).join('\n');

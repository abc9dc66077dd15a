// Recall and precision on the labelled texts of other projects, by the rules of their index: where a source labels one
// type alone, a text counts towards that type only; a text that must stay clear of it counts towards precision.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { alsoRight, entityOf } from './labels.mjs';

const folder = new URL('../../../shared/corpora/pii/', import.meta.url);
export const missing = !existsSync(folder);

/**
 * @typedef {{ type: string, start: number, end: number }} Span UTF-16 offsets
 * @typedef {{ id: string, text: string, type: string, expect?: boolean, labelling: string, spans?: Span[] }} Labelled
 * @typedef {{ hit: number, missed: number, wrong: number, failed: string[] }} Tally
 */

/** @returns {Labelled[]} */
export function readCorpus(source) {
  const lines = gunzipSync(readFileSync(new URL(`${source}.jsonl.gz`, folder)))
    .toString()
    .split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line));
}

/** @returns {Tally} */
export const tally = () => ({ hit: 0, missed: 0, wrong: 0, failed: [] });
/** @param {Tally} sum */
export const recallOf = ({ hit, missed }) => hit / Math.max(1, hit + missed);
/** @param {Tally} sum */
export const precisionOf = ({ hit, wrong }) => (hit + wrong === 0 ? 1 : hit / (hit + wrong));
/** @param {Tally} sum */
export function f1Of(sum) {
  const [recall, precision] = [recallOf(sum), precisionOf(sum)];
  return recall + precision === 0 ? 0 : (2 * recall * precision) / (recall + precision);
}
/** @param {Iterable<Tally>} tallies @returns {Tally} */
export function total(tallies) {
  const sum = tally();
  for (const { hit, missed, wrong } of tallies) {
    sum.hit += hit;
    sum.missed += missed;
    sum.wrong += wrong;
  }
  return sum;
}

/** @param {Span} a @param {Span} b */
const overlap = (a, b) => Math.min(a.end, b.end) - Math.max(a.start, b.start);
/** A value counts as found where at least half of it is covered. @param {Span} found @param {Span} label */
const covers = (found, label) => overlap(found, label) * 2 >= label.end - label.start;

/**
 * By entity; `find` gives spans whose types are entities of `known`, or SECRET.
 * @param {readonly Labelled[]} texts @param {ReadonlySet<string>} known
 * @param {readonly (readonly Span[])[]} found one list for each text @returns {Map<string, Tally>}
 */
export function measure(texts, known, found) {
  /** @type {Map<string, Tally>} */
  const tallies = new Map();
  const of = (entity) => tallies.get(entity) ?? tallies.set(entity, tally()).get(entity);
  texts.forEach((text, i) => {
    if (text.labelling.startsWith('bare')) return;
    const labels = (text.spans ?? []).map((span) => ({
      ...narrowed(span, text.text),
      type: entityOf(span.type, known),
    }));
    if (text.labelling === 'all-entities-labelled') countWhole(of, labels, found[i], text.id);
    else countOne(of, entityOf(text.type, known), text, labels, found[i]);
  });
  return tallies;
}

/** Where a whole URL is labelled for what it lets one in with, that is what has to be found. @param {Span} span */
function narrowed(span, text) {
  if (!span.type.startsWith('SECRET/')) return span;
  const match = /^([a-z][\w+.:-]*:\/\/)([^\s/@]*(?::[^\s/@]*)?)@/i.exec(text.slice(span.start, span.end));
  if (!match) return span;
  const start = span.start + match[1].length;
  return { ...span, start, end: start + match[2].length };
}

/** Everything is labelled: what is found beside the labels is wrong. */
function countWhole(of, labels, found, id) {
  for (const entity of new Set([...labels, ...found].map(({ type }) => type))) {
    const sum = of(entity);
    const own = found.filter(({ type }) => type === entity);
    for (const label of labels.filter(({ type }) => type === entity)) countLabel(sum, own, label, id);
    const right = labels.filter(({ type }) => type === entity || alsoRight[entity]?.includes(type));
    const wrong = own.filter((one) => !right.some((label) => overlap(one, label) > 0)).length;
    sum.wrong += wrong;
    if (wrong > 0) sum.failed.push(`${id}+`);
  }
}

/** One type is labelled, by its spans or for the text as a whole; other spans of the source count for what they are. */
function countOne(of, entity, { id, expect, type }, labels, found) {
  if (expect === false) {
    const wrong = new Set(found.map((one) => one.type).filter((one) => type === 'NONE' || one === entity));
    for (const one of wrong) {
      of(one).wrong++;
      of(one).failed.push(`${id}+`);
    }
    return;
  }
  for (const label of labels)
    countLabel(
      of(label.type),
      found.filter((one) => one.type === label.type),
      label,
      id,
    );
  if (labels.length > 0 || expect !== true) return;
  const own = found.filter((one) => one.type === entity);
  countLabel(of(entity), own, { start: 0, end: 0 }, id);
}

function countLabel(sum, own, label, id) {
  const hit = label.end === 0 ? own.length > 0 : own.some((one) => covers(one, label));
  if (hit) sum.hit++;
  else {
    sum.missed++;
    sum.failed.push(`${id}-`);
  }
}

/**
 * What our detectors find in a text, in UTF-16 offsets, all secrets by one name.
 * @param {(bytes: Buffer, key?: string) => readonly { entity: string, start: number, end: number }[]} detect
 * @param {(entity: string) => string | undefined} groupOf
 * @returns {(text: string, key?: string) => Span[]}
 */
export function finder(detect, groupOf) {
  return (text, key) => {
    const bytes = Buffer.from(text);
    const units = (at) => (bytes.length === text.length ? at : bytes.toString('utf8', 0, at).length);
    return detect(bytes, key).map(({ entity, start, end }) => ({
      type: groupOf(entity) === 'secret' ? 'SECRET' : entity,
      start: units(start),
      end: units(end),
    }));
  };
}

/** Laws 5 and 6: nothing leaks, however it is spelled; what the caller gets back is exactly what it sent. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Recording } from '../../src/exchange.ts';
import { readAnswer } from './reading.ts';
import { conversations, type Lived, liveAll, NO, policies } from './scene.ts';

const personal = [
  ...['desk@harbour-bikes.example', 'tools@harbour-bikes.example', 'mara.lindqvist@post.example'],
  ...[
    '+1 202-555-0117',
    '+44 20 7946 0812',
    '5555 0000 1111 2222',
    '123-45-6780',
    'DE52 0000 0000 0012 3456 78',
  ],
];
const tokens = ['ghp_ThisIsNotAToken0000000000HarbourBikes', 'AKIAHARBIKE27EXAMPLE'];
/** Masked nowhere by default, and hidden from the books all the same. */
const others = ['198.51.100.23', '10.1.2.3', 'noor@ourcompany.com'];

/** A text and what is written in it: JSON in JSON, events of a stream, percent signs, and all of it without gaps. */
function spellings(text: string): string[] {
  const events = text.split(/\r?\n/).filter((line) => /^(data:|\{)/.test(line));
  const decoded = [text, ...events.map((line) => line.replace(/^data:/, ''))].flatMap((each) => [
    each,
    ...stringsIn(each),
  ]);
  return [...decoded, unescaped(text), decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'))].map(
    bare,
  );
}

function stringsIn(json: string): string[] {
  const strings: string[] = [];
  try {
    JSON.parse(json, (key, value) => {
      strings.push(key, String(value));
      if (typeof value === 'string' && /^\s*[[{"]/.test(value)) strings.push(...stringsIn(value));
      return value;
    });
  } catch {
    return strings;
  }
  return strings;
}

const unescaped = (text: string): string =>
  text.replace(/\\+u([0-9a-f]{4})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const bare = (text: string): string => text.replace(/[\s\-+]/g, '').toLowerCase();

const leaked = (text: string, values: readonly string[]): string[] => {
  const all = spellings(text);
  return values.filter((value) => all.some((each) => each.includes(bare(value))));
};

/** The body with some characters of its strings written as escapes: the same values to every reader of JSON. */
function respelled(body: string, choice: readonly boolean[]): string {
  let n = 0;
  const within = (string: string) =>
    string.replace(/\\u[0-9a-f]{4}|\\.|[^\\"]/gi, (sign) =>
      sign.length === 1 && choice[n++ % choice.length]
        ? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
        : sign,
    );
  return body.replace(/"(?:[^"\\]|\\.)*"/g, (string) => `"${within(string.slice(1, -1))}"`);
}

/** All bodies of a conversation, events included, in another spelling. */
const spelled = (recordings: readonly Recording[], choice: readonly boolean[]): Recording[] =>
  recordings.map((recording) => ({
    ...recording,
    request: { ...recording.request, body: respelled(recording.request.body, choice) },
    response: { ...recording.response!, body: respelled(recording.response!.body, choice) },
  }));

const books = ({ recording, entries, parts, questions }: Lived): string =>
  JSON.stringify([recording, entries, parts, questions]);

const masking = Object.entries(policies).filter(([name]) => name !== 'observe');
const anySpelling = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });

describe.each(Object.entries(policies))('under %s', (_name, policy) => {
  test.each([...conversations])('the books of %s hold no value', (_session, recordings) => {
    fc.assert(
      fc.property(anySpelling, (choice) => {
        for (const lived of liveAll(policy, spelled(recordings, choice), { answer: () => NO })) {
          expect(leaked(books(lived), [...personal, ...tokens, ...others])).toEqual([]);
        }
      }),
      { numRuns: 2, examples: [[[true]]] },
    );
  });
});

describe.each(masking)('under %s', (_name, policy) => {
  test.each([...conversations])('%s: no personal value and no secret leaves', (_session, recordings) => {
    fc.assert(
      fc.property(anySpelling, (choice) => {
        for (const { path, headers, toModel = '', given, toApp } of liveAll(
          policy,
          spelled(recordings, choice),
        )) {
          const sent = JSON.stringify([path, headers]) + toModel;
          expect(leaked(sent, [...personal, ...tokens])).toEqual([]);
          expect(leaked(toModel, [...personal, ...tokens])).toEqual([]);
          expect(leaked(given, personal)).toEqual([]);
          expect(leaked(toApp, tokens)).toEqual([]);
        }
      }),
      { numRuns: 2, examples: [[[true]]] },
    );
  });
});

describe.each(['built-in', 'placeholder', 'support'])('under %s', (name) => {
  const sessions = [...conversations].filter(([session]) => session.startsWith('rental'));

  test.each(sessions)('%s: the caller gets its own values back', (_session, recordings) => {
    const answered = liveAll(policies[name]!, recordings).slice(0, 2);
    answered.forEach((lived, i) => {
      const { headers, body } = recordings[i]!.response!;
      const told = { type: headers['content-type']!, toApp: body };
      expect(readAnswer(recordings[i]!, lived)).toEqual(readAnswer(recordings[i]!, told));
    });
  });
});

/** What a person edits goes on as they wrote it: in every telling of the call, however it arrives, and in no book. */
import { expect, test } from 'vitest';
import { shownLeaves } from '../../src/approval/grants.ts';
import type { Answer, Edit, Question } from '../../src/question.ts';
import { readAnswer } from './reading.ts';
import { conversations, liveAll, policies, YES } from './scene.ts';

const typed = 'As a “person” \\ wrote\nit, 𝛼';
const policy = policies['every call asked about']!;

/** Every argument that may be another. */
function editsOf(question: Question): Edit[] {
  const leaves = shownLeaves(question.shown) ?? new Map([['', '']]);
  return [...leaves.keys()].flatMap((path) => {
    const values = [typed, '40417', 'false'].map((value) => ({ path, value }));
    return values.find((edit) => question.edit([edit]) === undefined) ?? [];
  });
}

/** Approves every call, edited where it can be; tells what was edited. */
function editing() {
  const edits: Edit[][] = [];
  const answer = (question: Question): Answer => {
    if (question.decision.stage !== 'tool_call') return YES;
    const own = editsOf(question);
    edits.push(own);
    return own.length > 0 ? { allow: true, by: 'ann', edits: own } : YES;
  };
  return { edits, answer };
}

const byByte = (bytes: Uint8Array): Uint8Array[] =>
  bytes.length > 16 * 1024 ? [bytes] : Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));

function argumentsOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The arguments by pointer, with what stands there as text. */
const leavesOf = (text: string): Record<string, string> =>
  Object.fromEntries(shownLeaves(text) ?? [['', String(argumentsOf(text))]]);

let [edited, all] = [0, 0];

test.each([...conversations])('%s', (_session, recordings) => {
  const plain = liveAll(policy, recordings);
  const first = editing();
  const lived = liveAll(policy, recordings, first);
  lived.forEach((each, i) => {
    const was = readAnswer(recordings[i]!, plain[i]!);
    const is = readAnswer(recordings[i]!, each);
    const own = first.edits.splice(0, was.calls.length);
    expect(is.text).toBe(was.text);
    expect(is.calls.map(({ tool }) => tool)).toEqual(was.calls.map(({ tool }) => tool));
    is.calls.forEach(({ text }, call) => {
      const before = leavesOf(was.calls[call]!.text);
      expect(leavesOf(text)).toEqual({
        ...before,
        ...Object.fromEntries(own[call]!.map(({ path, value }) => [path, value])),
      });
      edited += own[call]!.length;
      all += Object.keys(before).length;
    });
    const books = JSON.stringify([each.recording, each.entries, each.parts]);
    for (const { value } of own.flat().filter((edit) => edit.value === typed))
      expect(books).not.toContain(JSON.stringify(value).slice(1, -1));
    const told = each.entries
      .flatMap(({ answers = [] }) => answers)
      .flatMap(({ answer }) => ('edited' in answer ? answer.edited : []));
    expect(told).toEqual(own.flat().map(({ path }) => path));
  });
  const pieces = editing();
  expect(liveAll(policy, recordings, { ...pieces, cut: byByte }).map(({ toApp }) => toApp)).toEqual(
    lived.map(({ toApp }) => toApp),
  );
});

test('every argument can be edited, but lists and objects that are empty', () => {
  expect(all).toBeGreaterThan(100);
  expect(edited).toBe(all);
});

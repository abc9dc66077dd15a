/** What keys do: a yes is only for what was on the screen, and never for what slid under the finger. */
import { describe, expect, test } from 'vitest';
import type { Pending } from '../../src/approval/desk.ts';
import type { Question } from '../../src/question.ts';
import { type Act, press } from '../../src/tui/keys.ts';
import { look, opening, type Screen, type World } from '../../src/tui/state.ts';
import { questionOf } from '../approval/question.ts';

const pendingOf = (id: string, rest: Partial<Question> = {}): Pending => ({
  question: questionOf(id, rest),
  askedAt: 0,
  decideBy: 60_000,
  approvedBy: [],
  askers: 1,
});

/** A screen with questions on it, driven by keys. */
function open(...pending: Pending[]) {
  let world: World = { pending, grants: [], feed: [], now: 0, columns: 80, rows: 24 };
  let screen: Screen = opening;
  const acts: Act[] = [];
  return {
    screen: () => screen,
    acts,
    set(change: Partial<World>) {
      world = { ...world, ...change };
      screen = look(screen, world);
    },
    type(...keys: string[]) {
      for (const key of keys) {
        const turn = press(screen, key, world);
        if (turn.act) acts.push(turn.act);
        screen = look(turn.screen, world);
      }
    },
  };
}

const long = JSON.stringify({ lines: Array.from({ length: 60 }, (_, i) => `line ${i}`) });
const yes = { kind: 'vote', id: 'q', vote: { allow: true } };

describe('approving', () => {
  test('takes half a second after the question came under the finger', () => {
    const { type, set, acts, screen } = open(pendingOf('q'));
    type('enter', 'a');
    expect(acts).toEqual([]);
    expect(screen().notice).toMatch(/Too soon/);
    set({ now: 500 });
    type('a');
    expect(acts).toEqual([yes]);
  });

  test('needs the whole of the arguments to have been on the screen', () => {
    const { type, set, acts, screen } = open(pendingOf('q', { shown: long }));
    type('enter');
    set({ now: 1_000 });
    type('a', 's', 't');
    expect(acts).toEqual([]);
    expect(screen().notice).toMatch(/Scroll down/);
    for (let i = 0; i < 6; i++) type('pagedown');
    type('a');
    expect(acts).toEqual([yes]);
  });

  test('what was seen in another width was not seen in this one', () => {
    const { type, set, acts } = open(pendingOf('q', { shown: long }));
    type('enter');
    set({ now: 1_000 });
    for (let i = 0; i < 6; i++) type('pagedown');
    set({ columns: 100 });
    type('a');
    expect(acts).toEqual([]);
  });

  test('what was pasted is no command', () => {
    const { type, set, acts } = open(pendingOf('q'));
    type('enter');
    set({ now: 1_000 });
    type('aaa', 'yes a');
    expect(acts).toEqual([]);
  });

  test('a question that went leaves nothing under the finger', () => {
    const { type, set, acts, screen } = open(pendingOf('q'), pendingOf('r', { hash: 'r' }));
    type('enter');
    set({ now: 1_000, pending: [pendingOf('r', { hash: 'r' })] });
    expect(screen()).toMatchObject({ mode: 'feed', notice: 'That question is over.' });
    type('a');
    expect(acts).toEqual([]);
  });

  test('asks why where the policy does', () => {
    const { type, set, acts } = open(pendingOf('q', { reason: 'required' }));
    type('enter');
    set({ now: 1_000 });
    type('a', 'It', ' ', 'is due', 'enter');
    expect(acts).toEqual([{ ...yes, vote: { allow: true, reason: 'It is due' } }]);
  });
});

test('denying takes a reason, and none where none is given', () => {
  const { type, acts } = open(pendingOf('q'));
  type('enter', 'd', 'Nox', 'backspace', 'enter');
  type('d', 'enter');
  type('d', 'a', 'escape');
  expect(acts).toEqual([
    { kind: 'vote', id: 'q', vote: { allow: false, reason: 'No' } },
    { kind: 'vote', id: 'q', vote: { allow: false } },
  ]);
});

test('a grant for the session holds an hour', () => {
  const { type, set, acts } = open(pendingOf('q'));
  type('enter');
  set({ now: 1_000 });
  type('s');
  expect(acts).toEqual([
    { ...yes, vote: { allow: true, grant: { kind: 'session', expires: 1_000 + 3_600_000 } } },
  ]);
});

test('a grant for a pattern begins with the values that were shown', () => {
  const { type, set, acts } = open(pendingOf('q', { shown: '{"to":"a.io","n":[4]}' }));
  type('enter');
  set({ now: 1_000 });
  type('t', 'down', 'tab', 'up', 'backspace', 'o/*', 'enter');
  expect(acts).toEqual([
    {
      ...yes,
      vote: {
        allow: true,
        grant: { kind: 'pattern', match: { '/to': 'a.io/*', '/n/0': '*' }, expires: 3_601_000 },
      },
    },
  ]);
});

describe('editing', () => {
  const shown = '{"to":"[REDACTED:EMAIL_ADDRESS]","n":[4]}';
  const marks = [{ path: '/call/to', start: 0, end: 24, from: { kind: 'this_call' } as const }];

  test('approves the call with what was typed: a masked value is replaced as a whole', () => {
    const { type, set, acts } = open(pendingOf('q', { shown, marks }));
    type('enter');
    set({ now: 1_000 });
    type('e', 'al', 'ly', 'backspace', 'down', 'down', '0', 'enter');
    const edits = [
      { path: '/to', value: 'all' },
      { path: '/n/0', value: '40' },
    ];
    expect(acts).toEqual([{ ...yes, vote: { allow: true, edits } }]);
  });

  test('asks nothing of the gateway before something is changed', () => {
    const { type, set, acts, screen } = open(pendingOf('q', { shown }));
    type('enter');
    set({ now: 1_000 });
    type('e', 'x', 'tab', 'enter');
    expect(acts).toEqual([]);
    expect(screen()).toMatchObject({ mode: 'edit', notice: 'Nothing is changed yet.' });
    type('escape', 'a');
    expect(acts).toEqual([yes]);
  });

  test('takes as long to be allowed as a yes does', () => {
    const { type, screen } = open(pendingOf('q', { shown }));
    type('enter', 'e');
    expect(screen()).toMatchObject({ mode: 'question', notice: expect.stringMatching(/Too soon/) });
  });

  test('what was not taken is still there to be mended, and forgotten with the question', () => {
    const { type, set, acts, screen } = open(pendingOf('q', { shown }));
    type('enter');
    set({ now: 1_000 });
    type('e', 'down', '2', 'enter', 'e');
    expect(screen().fields[1]).toMatchObject({ typed: '42' });
    type('down', 'backspace', '1', 'enter');
    expect(acts.at(-1)).toEqual({ ...yes, vote: { allow: true, edits: [{ path: '/n/0', value: '41' }] } });
    type('escape', 'enter');
    set({ now: 2_000 });
    type('e');
    expect(screen().fields.map(({ typed }) => typed)).toEqual([undefined, undefined]);
  });

  test('says why, where the policy asks for it', () => {
    const { type, set, acts } = open(pendingOf('q', { shown, reason: 'required' }));
    type('enter');
    set({ now: 1_000 });
    type('e', 'down', '2', 'enter', 'Less.', 'enter');
    const edits = [{ path: '/n/0', value: '42' }];
    expect(acts).toEqual([{ ...yes, vote: { allow: true, reason: 'Less.', edits } }]);
  });
});

test('revealing asks which value', () => {
  const from = { kind: 'this_call' } as const;
  const marks = [
    { path: '/call/a', start: 0, end: 1, from },
    { path: '/call/b', start: 0, end: 1, from },
    { path: '/call/b', start: 3, end: 4, from },
  ];
  const { type, acts, screen } = open(pendingOf('q', { marks }), pendingOf('p', { hash: 'p' }));
  type('enter', 'r', 'down', 'down', 'enter');
  expect(acts).toEqual([{ kind: 'reveal', id: 'q', path: '/call/b' }]);
  type('escape', 'down', 'enter', 'r');
  expect(screen().notice).toMatch(/Nothing in it is masked/);
});

test('the feed is filtered, searched and paused', () => {
  const { type, screen } = open();
  type('f');
  expect(screen().filter).toBe('refused');
  type('/', 'ann', 'enter');
  expect(screen()).toMatchObject({ mode: 'feed', search: 'ann' });
  type('/', 'escape', 'p');
  expect(screen()).toMatchObject({ search: '', paused: [] });
  type('p');
  expect(screen().paused).toBeUndefined();
});

test('Ctrl-C stops the gateway from everywhere', () => {
  const { type, acts } = open(pendingOf('q'));
  type('enter', 'd', 'ctrl-c');
  expect(acts).toEqual([{ kind: 'stop' }]);
});

/** What stands on the screen. */
import { describe, expect, test } from 'vitest';
import type { Pending } from '../../src/approval/desk.ts';
import type { Question } from '../../src/question.ts';
import { screenRows } from '../../src/tui/screen.ts';
import { type Feed, opening, type Screen, type World } from '../../src/tui/state.ts';
import { questionOf } from '../approval/question.ts';

const about = {
  title: 'fcgate on http://127.0.0.1:4141',
  greeting: ['export OPENAI_BASE_URL=…'],
  end: 'stop the gateway',
};

const pendingOf = (rest: Partial<Question> = {}): Pending => ({
  question: questionOf('q', rest),
  askedAt: 0,
  decideBy: 221_000,
  approvedBy: [],
  askers: 1,
});

function shown(change: Partial<World>, screen: Partial<Screen> = {}): string[] {
  const world: World = { pending: [], grants: [], feed: [], now: 0, columns: 80, rows: 24, ...change };
  return screenRows({ ...opening, ...screen }, world, about).map((row) =>
    row
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
}

const openAt = (columns: number): Partial<Screen> => ({
  mode: 'question',
  open: {
    id: 'q',
    since: 0,
    top: 0,
    seen: 0,
    width: columns,
    revealed: new Map([['/call/to', 'kim@vos.nl']]),
  },
});

const exchange = (rest: Partial<Feed>): Feed => ({
  at: Date.UTC(2026, 0, 1, 12, 30, 5),
  exchange: 'e-1',
  caller: 'ann',
  connection: 'openai',
  tools: ['refund'],
  outcome: 'allow',
  findings: 2,
  addedMs: 1.25,
  ...rest,
});

describe.each([
  [80, 24],
  [160, 50],
])('at %i×%i', (columns, rows) => {
  test('a screen has one row less than the terminal, and none is wider', () => {
    const feed = Array.from({ length: 100 }, (_, i) => exchange({ tools: [`tool_${i}`.repeat(9)] }));
    const pending = Array.from({ length: 40 }, (_, i) => pendingOf({ id: `q${i}`, tool: 'x'.repeat(99) }));
    const all = shown({ feed, pending, columns, rows });
    expect(all).toHaveLength(rows - 1);
    for (const row of all) expect(row.length).toBeLessThanOrEqual(columns);
  });

  test('a question shows what it is about', () => {
    const marks = [
      {
        path: '/call/to',
        start: 0,
        end: 19,
        entity: 'EMAIL_ADDRESS',
        from: { kind: 'tool_result', path: '/messages/3', tool: 'lookup' } as const,
      },
    ];
    const decision = {
      ...questionOf('q').decision,
      rules: [
        { rule: 'tools["refund"]', effect: 'approve' as const, reason: 'Costly.', at: 'fcgate.yaml:3:3' },
      ],
      risk: { total: 25, lines: [{ what: 'CREDIT_CARD', weight: 25 }] },
    };
    const before = { calls: 4, tools: ['lookup'] };
    const pending = [pendingOf({ marks, decision, before })];
    const text = shown({ pending, columns, rows }, openAt(columns)).join('\n');
    for (const part of [
      'refund on openai, asked for by app',
      'asks: tools["refund"] (fcgate.yaml:3:3): Costly.',
      'risk 25',
      '25 CREDIT_CARD',
      'exchanges so far: 4: lookup',
      'whoever sits here',
      '3:41 left',
      '"amount": 900',
      '"to": "ann.lee@example.com"',
      '/to EMAIL_ADDRESS, from the result of lookup (/messages/3)',
      'in full: kim@vos.nl',
    ])
      expect(text).toContain(part);
  });
});

test('questions stand before the feed, and the newest exchanges last', () => {
  const feed = [exchange({ tools: ['first'] }), exchange({ tools: ['last'], outcome: 'policy_denied' })];
  const rows = shown({ pending: [pendingOf()], feed });
  expect(rows[0]).toMatch(/^ 1 waiting {2}fcgate on/);
  expect(rows[1]).toMatch(/^▶ refund .*app on openai .*3:41/);
  expect(rows[3]).toMatch(/ann +openai +first +allow +2 found +\+1\.3 ms$/);
  expect(rows[4]).toMatch(/last .*policy_denied/);
});

test('until something happens it says what to paste', () => {
  expect(shown({})[1]).toBe('export OPENAI_BASE_URL=…');
});

test('a masked value is marked where it stands, and nothing beside it', () => {
  const marks = [{ path: '/call/to', start: 3, end: 6, from: { kind: 'this_call' } as const }];
  const world = {
    pending: [pendingOf({ marks, shown: '{"to":"ab\\n\\"cd","n":1}' })],
    grants: [],
    feed: [],
    now: 0,
    columns: 80,
    rows: 24,
  };
  const rows = screenRows({ ...opening, ...openAt(80) }, world, about);
  const inverse = rows.slice(1).flatMap((row) => row.filter((each) => each.inverse).map(({ text }) => text));
  expect(inverse).toEqual(['\\"cd']);
});

test('what a model wrote cannot fake a row or hide one', () => {
  const evil = '\x1b[2J\x1b[1;1H 0 waiting \r\n▶ approved\u202e\u2028';
  const question = { tool: evil, caller: evil, shown: JSON.stringify({ [evil]: evil }) };
  const pending = [pendingOf(question)];
  for (const screen of [{}, openAt(80)])
    for (const row of shown({ pending, feed: [exchange({ tools: [evil], caller: evil })] }, screen))
      expect(row).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
});

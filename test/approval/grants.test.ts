import { describe, expect, test } from 'vitest';
import type { Approver } from '../../src/approval/approver.ts';
import { Desk } from '../../src/approval/desk.ts';
import type { DeskEvent } from '../../src/approval/events.ts';
import type { GrantScope } from '../../src/approval/grants.ts';
import type { Question } from '../../src/question.ts';
import { questionOf } from './question.ts';

const eve: Approver = { subject: 'eve', groups: [], terminal: true };
const stay = new AbortController().signal;
const hour = 3_600_000;

/** A desk where eve said yes to a refund and to what is like it; which of these then goes on unasked? */
async function granted(scope: GrantScope, asked: Partial<Question> = {}) {
  let now = 1_000;
  let ids = 0;
  const events: DeskEvent[] = [];
  const desk = new Desk({
    now: () => now,
    newId: () => `grant-${++ids}`,
    write: (event) => void events.push(event),
  });
  desk.attach(eve);
  const first = desk.ask(questionOf('first', asked), stay);
  desk.vote('first', eve, { allow: true, grant: { ...scope, expires: now + hour } });
  await first;
  let next = 0;
  return {
    desk,
    events,
    later: (ms: number) => {
      now += ms;
    },
    goesOn: async (rest: Partial<Question>): Promise<boolean> => {
      const id = `next-${++next}`;
      const gone = new AbortController();
      const answer = desk.ask(questionOf(id, { hash: id, ...asked, ...rest }), gone.signal);
      gone.abort();
      return (await answer).allow;
    },
  };
}

const shown = (args: object): Partial<Question> => ({ shown: JSON.stringify(args) });

describe('a pattern that a person types', () => {
  test('holds as typed, and stands masked on the books, also when it is narrowed and revoked', async () => {
    const conceal = (text: string) => text.replace('ann@corp.example', '[REDACTED:EMAIL_ADDRESS]');
    const scope = { kind: 'pattern', match: { '/to': 'ann@corp.example*' } } as const;
    const { goesOn, events, desk } = await granted(scope, { ...shown({ to: 'ann@corp.example' }), conceal });
    expect(await goesOn(shown({ to: 'ann@corp.example, too' }))).toBe(true);
    desk.grants.narrow('grant-1', { session: 'session-1' });
    desk.grants.revoke('grant-1');
    const told = events.filter((event) => 'grant' in event && typeof event.grant === 'object');
    expect(told.map(({ event }) => event)).toEqual(['grant_made', 'grant_narrowed', 'grant_revoked']);
    for (const event of told)
      expect(event).toMatchObject({ grant: { match: { '/to': '[REDACTED:EMAIL_ADDRESS]*' } } });
  });
});

describe('a grant for the session', () => {
  const session = { kind: 'session' } as const;

  test('lets calls of the same tool go on, in that session alone, and says which grant it was', async () => {
    const { goesOn, events } = await granted(session);
    expect(await goesOn(shown({ amount: 5 }))).toBe(true);
    expect(events.at(-1)).toMatchObject({ state: 'approved', by: 'eve', grant: 'grant-1' });
    expect(await goesOn({ session: 'session-2' })).toBe(false);
  });

  test.each([
    ['another tool', { tool: 'transfer' }],
    ['another caller', { caller: 'someone' }],
    ['another connection', { connection: 'azure' }],
    [
      'what another rule asks about, too',
      {
        decision: {
          ...questionOf('q').decision,
          rules: [...questionOf('q').decision.rules, { rule: 'risk.approve_at', effect: 'approve' as const }],
        },
      },
    ],
    ['what others have to answer', { demand: { groups: ['finance'], users: [], min: 1, self: false } }],
  ])('is not for %s', async (_, rest) => {
    const { goesOn } = await granted(session);
    expect(await goesOn(rest)).toBe(false);
  });

  test('ends with its time', async () => {
    const { goesOn, later, desk } = await granted(session);
    later(hour - 1);
    expect(await goesOn({})).toBe(true);
    later(1);
    expect(await goesOn({})).toBe(false);
    expect(desk.grants.list()).toEqual([]);
  });

  test('is one vote of the person who gave it', async () => {
    const demand = { groups: ['finance'], users: [], min: 2, self: false };
    const bob: Approver = { subject: 'bob', groups: ['finance'], terminal: false };
    const desk = new Desk({ now: () => 0, newId: () => 'id', write: () => {} });
    desk.attach(bob);
    void desk.ask(questionOf('a', { demand }), stay);
    desk.vote('a', bob, { allow: true, grant: { ...session, expires: hour } });
    void desk.ask(questionOf('b', { demand, hash: 'b' }), stay);
    expect(desk.pending.map(({ question }) => question.id)).toEqual(['a', 'b']);
  });
});

describe('a grant for a pattern', () => {
  const pattern = (match: Record<string, string>): GrantScope => ({ kind: 'pattern', match });

  test.each<[string, Record<string, string>, object, boolean]>([
    ['the same values', { '/path': 'src/a.ts' }, { path: 'src/a.ts' }, true],
    ['what a star stands for', { '/path': 'src/*.ts' }, { path: 'src/b/c.ts' }, true],
    ['several stars', { '/path': '*/b/*.ts' }, { path: 'src/b/c.ts' }, true],
    ['numbers, as they are written', { '/n': '4*' }, { n: 41 }, true],
    ['other values', { '/path': 'src/*.ts' }, { path: '/etc/passwd' }, false],
    ['a value that only begins so', { '/path': 'src' }, { path: 'src/a.ts' }, false],
    ['parts that overlap', { '/path': 'aba*aba' }, { path: 'aba' }, false],
    ['an argument more', { '/path': '*' }, { path: 'a', force: true }, false],
    ['an argument less', { '/path': '*', '/force': 'false' }, { path: 'a' }, false],
    ['what is nested', { '/to/0/mail': '*@a.io' }, { to: [{ mail: 'x@a.io' }] }, true],
    ['keys with slashes', { '/a~1b': '1' }, { 'a/b': 1 }, true],
    ['a value that cannot be seen', { '/key': '[REDACTED:*' }, { key: '[REDACTED:JWT]' }, false],
    ['a value that need not be seen', { '/key': '*' }, { key: '[REDACTED:JWT]' }, true],
  ])('%s', async (_, match, args, fits) => {
    const { goesOn } = await granted(pattern(match));
    expect(await goesOn({ ...shown(args), session: 'any' })).toBe(fits);
  });

  test('holds nothing that is no JSON', async () => {
    const { goesOn } = await granted(pattern({ '': '*' }));
    expect(await goesOn({ shown: 'free text' })).toBe(false);
  });
});

describe('the ledger', () => {
  test('revoked: it is asked again', async () => {
    const { desk, goesOn, events } = await granted({ kind: 'session' });
    expect(desk.grants.list()).toMatchObject([{ id: 'grant-1', tool: 'refund', by: eve }]);
    expect(desk.grants.revoke('grant-1')).toBeDefined();
    expect(desk.grants.revoke('grant-1')).toBeUndefined();
    expect(events.at(-1)).toMatchObject({ event: 'grant_revoked', grant: { id: 'grant-1' } });
    expect(await goesOn({})).toBe(false);
  });

  test('narrowed: to less time, to one session, never to more', async () => {
    const { desk, goesOn, later } = await granted({
      kind: 'pattern',
      match: { '/amount': '*', '/to': '*' },
    });
    expect(desk.grants.narrow('grant-1', { expires: Number.MAX_SAFE_INTEGER })).toMatchObject({
      expires: 1_000 + hour,
    });
    desk.grants.narrow('grant-1', { session: 'session-1' });
    expect(desk.grants.narrow('grant-1', { session: 'session-2' })).toMatchObject({ session: 'session-1' });
    expect(await goesOn({ session: 'session-2' })).toBe(false);
    expect(await goesOn({})).toBe(true);
    desk.grants.narrow('grant-1', { expires: 2_000 });
    later(1_000);
    expect(await goesOn({})).toBe(false);
  });
});

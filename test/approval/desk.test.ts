import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Approver } from '../../src/approval/approver.ts';
import { Desk } from '../../src/approval/desk.ts';
import type { DeskEvent } from '../../src/approval/events.ts';
import type { Answer, Question } from '../../src/question.ts';
import { questionOf } from './question.ts';

const terminal: Approver = { subject: 'eve', groups: [], terminal: true };
const finance = (subject: string): Approver => ({ subject, groups: ['finance', 'staff'], terminal: false });
const byFinance = { groups: ['finance'], users: [], min: 1, self: false };

function open(write: (event: DeskEvent) => void = () => {}) {
  const events: DeskEvent[] = [];
  let ids = 0;
  const desk = new Desk({
    now: Date.now,
    newId: () => `grant-${++ids}`,
    write: (event) => {
      write(event);
      events.push(event);
    },
  });
  const ends = () => events.flatMap((each) => (each.event === 'approval_settled' ? [each] : []));
  return { desk, events, ends };
}

const stay = new AbortController().signal;
setMaxListeners(0, stay);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('nobody there', () => {
  test('is a refusal at once, and on the books', async () => {
    const { desk, ends } = open();
    expect(await desk.ask(questionOf('q'), stay)).toEqual({ allow: false, code: 'approver_unavailable' });
    expect(ends()).toMatchObject([{ question: 'q', state: 'approver_unavailable' }]);
  });

  test('though somebody is, who may not answer this', async () => {
    const { desk } = open();
    desk.attach(terminal);
    expect(await desk.ask(questionOf('q', { demand: byFinance }), stay)).toMatchObject({
      code: 'approver_unavailable',
    });
  });

  test('any more: the question is refused as its last approver leaves, and says so', async () => {
    const { desk, ends } = open();
    const leave = desk.attach(terminal);
    const stays = desk.attach(terminal);
    const answer = desk.ask(questionOf('q'), stay);
    leave();
    expect(desk.pending).toHaveLength(1);
    stays();
    expect(await answer).toEqual({ allow: false, code: 'approver_unavailable', state: 'approver_gone' });
    expect(ends()).toMatchObject([{ state: 'approver_gone' }]);
  });

  test('but told elsewhere: the question waits', async () => {
    const desk = new Desk({ now: Date.now, newId: () => 'id', write: () => {}, reaches: () => true });
    void desk.ask(questionOf('q'), stay);
    expect(desk.pending).toHaveLength(1);
  });
});

describe('an answer', () => {
  test('of a person lets the call go on, once, with who and why on the books first', async () => {
    const { desk, events } = open();
    desk.attach(terminal);
    const answer = desk.ask(questionOf('q'), stay);
    expect(desk.vote('q', terminal, { allow: true, reason: ' It is due. ' })).toBe('settled');
    expect(events.at(-1)).toMatchObject({ state: 'approved', by: 'eve', reason: 'It is due.' });
    expect(await answer).toMatchObject({ allow: true, by: 'eve', reason: 'It is due.' });
    expect(desk.vote('q', terminal, { allow: true })).toBe('gone');
    const again = desk.ask(questionOf('q2'), stay);
    expect(desk.pending).toHaveLength(1);
    desk.vote('q2', terminal, { allow: false, reason: 'Once is enough.' });
    expect(await again).toEqual({
      allow: false,
      code: 'approval_denied',
      by: 'eve',
      reason: 'Once is enough.',
    });
  });

  test('may edit the call: the books tell where, and not what', async () => {
    const { desk, events, ends } = open();
    desk.attach(terminal);
    const answer = desk.ask(questionOf('q'), stay);
    const edits = [{ path: '/amount', value: '90417' }];
    expect(desk.vote('q', terminal, { allow: true, edits })).toBe('settled');
    expect(await answer).toMatchObject({ allow: true, edits });
    expect(ends()).toMatchObject([{ state: 'approved', edited: ['/amount'] }]);
    expect(JSON.stringify(events)).not.toContain('90417');
  });

  test('that edits what may not be edited says why, and the question waits on', () => {
    const { desk } = open();
    desk.attach(terminal);
    void desk.ask(questionOf('q', { edit: () => 'No number.' }), stay);
    expect(desk.vote('q', terminal, { allow: true, edits: [] })).toEqual({ fault: 'No number.' });
    expect(desk.pending).toHaveLength(1);
  });

  test('edits nothing where others have to agree to what they saw, nor for calls to come', () => {
    const { desk } = open();
    const two = { ...byFinance, min: 2 };
    desk.attach(finance('bob'));
    desk.attach(terminal);
    void desk.ask(questionOf('q', { demand: two, hash: 'two' }), stay);
    void desk.ask(questionOf('p'), stay);
    const edits = [{ path: '/amount', value: '1' }];
    expect(desk.vote('q', finance('bob'), { allow: true, edits })).toEqual({
      fault: expect.stringMatching(/^Others have to agree/),
    });
    const grant = { kind: 'session', expires: 1 } as const;
    expect(desk.vote('p', terminal, { allow: true, edits, grant })).toHaveProperty('fault');
    expect(desk.pending).toHaveLength(2);
  });

  test('is void some time after it was given, and comes too late after the question’s own time', async () => {
    const { desk, ends } = open();
    desk.attach(terminal);
    const answer = desk.ask(questionOf('q'), stay);
    vi.setSystemTime(Date.now() + 59_000);
    desk.vote('q', terminal, { allow: true });
    expect(await answer).toMatchObject({ allow: true, useBy: Date.now() + 60_000 });
    void desk.ask(questionOf('q2'), stay);
    // The machine slept: no timer has fired.
    vi.setSystemTime(Date.now() + 60_000);
    expect(desk.vote('q2', terminal, { allow: true })).toBe('gone');
    expect(ends()).toMatchObject([{ state: 'approved' }, { state: 'timed_out' }]);
  });

  test('that must say why is not taken without', () => {
    const { desk } = open();
    desk.attach(terminal);
    void desk.ask(questionOf('q', { reason: 'required' }), stay);
    expect(desk.vote('q', terminal, { allow: true, reason: ' ' })).toBe('reason_required');
    expect(desk.pending).toHaveLength(1);
  });

  test('with a reason beyond measure is not taken, and says so', () => {
    const { desk } = open();
    desk.attach(terminal);
    void desk.ask(questionOf('q'), stay);
    const vote = { allow: false, reason: 'x'.repeat(2_001) };
    expect(desk.vote('q', terminal, vote)).toEqual({ fault: 'A reason has at most 2000 characters.' });
    expect(desk.vote('q', terminal, { ...vote, reason: 'x'.repeat(2_000) })).toBe('settled');
  });

  test('with a sensitive value in its reason is masked on the books and for the asker', async () => {
    const { desk, ends } = open();
    desk.attach(terminal);
    const conceal = (text: string) => text.replace('ann@corp.example', '[REDACTED:EMAIL_ADDRESS]');
    const answer = desk.ask(questionOf('q', { conceal }), stay);
    desk.vote('q', terminal, { allow: false, reason: 'Not for ann@corp.example.' });
    const reason = 'Not for [REDACTED:EMAIL_ADDRESS].';
    expect(await answer).toMatchObject({ reason });
    expect(ends()).toMatchObject([{ reason }]);
  });

  test('that cannot be put on the books does not let the call go on', async () => {
    const { desk } = open((event) => {
      if (event.event === 'approval_settled') throw new Error('the disk is full');
    });
    desk.attach(terminal);
    const answer = desk.ask(questionOf('q'), stay);
    desk.vote('q', terminal, { allow: true });
    expect(await answer).toMatchObject({ allow: false });
  });

  test('of somebody who may not give it changes nothing', () => {
    const { desk } = open();
    desk.attach(finance('bob'));
    void desk.ask(questionOf('q', { demand: byFinance, caller: 'bob' }), stay);
    void desk.ask(questionOf('p', { demand: byFinance, hash: 'p' }), stay);
    expect(desk.vote('p', terminal, { allow: true })).toBe('not_yours');
    expect(desk.vote('p', terminal, { allow: false })).toBe('not_yours');
    expect(desk.pending.map(({ question }) => question.id)).toEqual(['p']);
  });
});

describe('groups', () => {
  test('their members answer, and never the caller itself', () => {
    const { desk } = open();
    desk.attach(finance('bob'));
    desk.attach(finance('ann'));
    void desk.ask(questionOf('q', { demand: byFinance, caller: 'ann' }), stay);
    expect(desk.vote('q', finance('ann'), { allow: true })).toBe('not_yours');
    expect(desk.vote('q', finance('bob'), { allow: true })).toBe('settled');
  });

  test('but where the rule says self: true', () => {
    const { desk } = open();
    desk.attach(finance('ann'));
    void desk.ask(questionOf('q', { demand: { ...byFinance, self: true }, caller: 'ann' }), stay);
    expect(desk.vote('q', finance('ann'), { allow: true })).toBe('settled');
  });

  test('min: so many different people, each counted once', async () => {
    const { desk } = open();
    desk.attach(finance('bob'));
    const demand = { groups: ['finance', 'staff'], users: ['bob'], min: 2, self: false };
    const answer = desk.ask(questionOf('q', { demand }), stay);
    expect(desk.vote('q', finance('bob'), { allow: true })).toBe('counted');
    expect(desk.vote('q', finance('bob'), { allow: true })).toBe('counted');
    expect(desk.pending[0]!.approvedBy).toEqual(['bob']);
    expect(desk.vote('q', finance('cy'), { allow: true })).toBe('settled');
    expect(await answer).toMatchObject({ allow: true, by: 'bob, cy' });
  });

  test('of several rules: each has people of its own', () => {
    const { desk } = open();
    const security: Approver = { subject: 'sam', groups: ['security'], terminal: false };
    desk.attach(security);
    const bySecurity = { ...byFinance, groups: ['security'] };
    const demand = {
      groups: ['finance', 'security'],
      users: [],
      min: 2,
      self: false,
      parts: [byFinance, bySecurity],
    };
    void desk.ask(questionOf('q', { demand }), stay);
    expect(desk.vote('q', finance('bob'), { allow: true })).toBe('counted');
    expect(desk.vote('q', finance('cy'), { allow: true })).toBe('counted');
    expect(desk.vote('q', security, { allow: true })).toBe('settled');
  });

  test('one no of many is a no', async () => {
    const { desk } = open();
    desk.attach(finance('bob'));
    const answer = desk.ask(questionOf('q', { demand: { ...byFinance, min: 3 } }), stay);
    desk.vote('q', finance('bob'), { allow: true });
    desk.vote('q', finance('cy'), { allow: false });
    expect(await answer).toMatchObject({ allow: false, by: 'cy' });
  });
});

describe('the clock', () => {
  test('nobody answers in time: refused as that', async () => {
    const { desk, ends } = open();
    desk.attach(terminal);
    const answer = desk.ask(questionOf('q', { within: 5_000 }), stay);
    vi.advanceTimersByTime(4_999);
    expect(desk.pending[0]).toMatchObject({ decideBy: desk.pending[0]!.askedAt + 5_000 });
    vi.advanceTimersByTime(1);
    expect(await answer).toEqual({ allow: false, code: 'approval_timeout' });
    expect(ends()).toMatchObject([{ state: 'timed_out' }]);
  });

  test('a time beyond what a timer takes does not run out at once', () => {
    const { desk } = open();
    desk.attach(terminal);
    void desk.ask(questionOf('q', { within: 30 * 86_400_000 }), stay);
    vi.advanceTimersByTime(60_000);
    expect(desk.pending).toHaveLength(1);
  });
});

describe('the same again', () => {
  test('attaches to the question that waits; a no is for both', async () => {
    const { desk } = open();
    desk.attach(terminal);
    const both = [desk.ask(questionOf('a'), stay), desk.ask(questionOf('b'), stay)];
    expect(desk.pending).toMatchObject([{ askers: 2 }]);
    desk.vote('a', terminal, { allow: false });
    expect((await Promise.all(both)).map(({ allow }) => allow)).toEqual([false, false]);
  });

  test('a yes is used once: the other waits on', async () => {
    const { desk } = open();
    desk.attach(terminal);
    const first = desk.ask(questionOf('a'), stay);
    void desk.ask(questionOf('b'), stay);
    desk.vote('b', terminal, { allow: true });
    expect(await first).toMatchObject({ allow: true });
    expect(desk.pending).toMatchObject([{ question: { id: 'b' }, askers: 1, approvedBy: [] }]);
  });

  test('what differs is a question of its own', () => {
    const { desk } = open();
    desk.attach(terminal);
    void desk.ask(questionOf('a'), stay);
    void desk.ask(questionOf('b', { hash: 'beef' }), stay);
    void desk.ask(questionOf('c', { session: 'session-2' }), stay);
    expect(desk.pending).toHaveLength(3);
  });

  test('after three refusals by people it is refused without asking', async () => {
    const { desk, ends } = open();
    desk.attach(terminal);
    for (const id of ['a', 'b', 'c']) {
      void desk.ask(questionOf(id), stay);
      desk.vote(id, terminal, { allow: false });
    }
    expect(await desk.ask(questionOf('d'), stay)).toMatchObject({ code: 'approval_denied', by: 'eve' });
    expect(ends().at(-1)).toMatchObject({ question: 'd', state: 'denied_before' });
    void desk.ask(questionOf('e', { hash: 'other' }), stay);
    expect(desk.pending).toHaveLength(1);
  });
});

test('an app that leaves withdraws its question at once', async () => {
  const { desk, ends } = open();
  desk.attach(terminal);
  const app = new AbortController();
  const answer = desk.ask(questionOf('q'), app.signal);
  app.abort();
  expect(await answer).toMatchObject({ allow: false, state: 'client_gone' });
  expect(desk.vote('q', terminal, { allow: true })).toBe('gone');
  expect(ends()).toMatchObject([{ state: 'client_gone' }]);
});

test('a session that asks too much is refused', async () => {
  const { desk } = open();
  desk.attach(terminal);
  for (let i = 0; i < 32; i++) void desk.ask(questionOf(`q${i}`, { hash: `${i}` }), stay);
  expect(await desk.ask(questionOf('one more', { hash: 'x' }), stay)).toMatchObject({ state: 'crowded' });
  void desk.ask(questionOf('of another', { session: 'session-2' }), stay);
  expect(desk.pending).toHaveLength(33);
});

test('a gateway that stops refuses what waits, and what is asked then', async () => {
  const { desk, ends } = open();
  desk.attach(terminal);
  const answer = desk.ask(questionOf('q'), stay);
  desk.close();
  expect(await answer).toEqual({ allow: false, code: 'gateway_stopped' });
  expect(ends()).toMatchObject([{ state: 'gateway_stopped' }]);
  expect(await desk.ask(questionOf('late'), stay)).toMatchObject({ code: 'gateway_stopped' });
});

test('whatever races: each question ends exactly once, the same for the asker and on the books', async () => {
  const act = fc.record({
    what: fc.constantFrom('ask', 'yes', 'no', 'leave', 'wait', 'attach', 'detach', 'close'),
    which: fc.nat(5),
    who: fc.constantFrom(terminal, finance('bob'), finance('cy')),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
      const { desk, ends } = open();
      const seats = [desk.attach(terminal), desk.attach(finance('bob'))];
      const apps: AbortController[] = [];
      const answers: Promise<readonly [Question, Answer]>[] = [];
      for (const { what, which, who } of acts) {
        if (what === 'ask') {
          const app = new AbortController();
          const question = questionOf(`q${apps.length}`, {
            hash: `${which}`,
            within: 1_000 + which,
            ...(which % 2 ? { demand: { ...byFinance, min: 1 + (which % 3) } } : {}),
          });
          apps.push(app);
          answers.push(desk.ask(question, app.signal).then((answer) => [question, answer]));
        } else if (what === 'yes' || what === 'no') {
          desk.vote(`q${which}`, who, { allow: what === 'yes' });
        } else if (what === 'leave') apps[which]?.abort();
        else if (what === 'wait') vi.advanceTimersByTime(which * 300);
        else if (what === 'attach') seats.push(desk.attach(who));
        else if (what === 'detach') seats.pop()?.();
        else desk.close();
      }
      vi.advanceTimersByTime(10_000);
      for (const [question, answer] of await Promise.all(answers)) {
        const told = ends().filter((each) => each.question === question.id);
        const silent = !answer.allow && (answer.code === 'gateway_stopped' || answer.state === 'client_gone');
        expect(told.length).toBeLessThanOrEqual(1);
        if (!silent) expect(told).toHaveLength(1);
        if (told[0]) expect(told[0].state === 'approved').toBe(answer.allow);
      }
      expect(desk.pending).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

/** Whatever races while calls are held: each has one outcome, the same in the audit, in its recording and on the wire. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Recording } from '../../src/exchange.ts';
import { type App, bob, cy, eve, kinds, type Line, openTill } from './till.ts';

/** The desk's clock is in the test's hands; sockets have their own. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Where the next thing happens at once, it happens before anything came of this one. */
const rest = fc.boolean();
const which = fc.nat(3);

const ask = fc.record({
  do: fc.constant('ask' as const),
  kind: fc.constantFrom(...kinds),
  tool: fc.constantFrom('pay', 'share'),
  amount: fc.nat(1),
  rest,
});
const vote = fc.record({
  do: fc.constant('vote' as const),
  which,
  who: fc.constantFrom(eve, bob!, cy!),
  allow: fc.boolean(),
  edited: fc.boolean(),
  rest,
});
const act = fc.oneof(
  { arbitrary: ask, weight: 4 },
  { arbitrary: vote, weight: 5 },
  fc.record({ do: fc.constant('leave' as const), which, rest }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 2_999, 3_000, 9_999, 10_000), rest }),
  fc.record({ do: fc.constant('end streams' as const), rest }),
  fc.record({ do: fc.constant('reload' as const), which: fc.nat(2), rest }),
);

type Till = Awaited<ReturnType<typeof openTill>>;
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** Returns how many questions were ended by a yes, as whoever said it was told. */
async function run(till: Till, acts: readonly Act[], id: number): Promise<number> {
  let settled = 0;
  for (const one of acts) {
    if (one.do === 'ask') till.ask(one.kind, one.tool, id * 10 + one.amount, `run-${id}`);
    else if (one.do === 'vote') {
      const pending = till.desk.pending[one.which]?.question.id ?? '';
      const edits = one.edited && one.allow ? { edits: [{ path: '/amount', value: '7' }] } : {};
      const voted = till.desk.vote(pending, one.who, { allow: one.allow, ...edits });
      if (voted === 'settled' && one.allow) settled++;
    } else if (one.do === 'leave') till.apps.at(-1 - one.which)?.leave();
    else if (one.do === 'wait') vi.advanceTimersByTime(one.ms);
    else if (one.do === 'end streams') till.endStreams();
    else till.reload(one.which);
    if (one.rest) await till.rest();
  }
  return settled;
}

const timePasses = (till: Till, meanwhile = () => {}): Promise<boolean> =>
  vi.waitUntil(
    () => {
      meanwhile();
      vi.advanceTimersByTime(10_000);
      return till.over();
    },
    { interval: 1, timeout: 20_000 },
  );

/** All that is known of one exchange. */
interface Told {
  readonly asked: readonly Line[];
  readonly ends: readonly Line[];
  readonly entries: readonly Line[];
  readonly recording: Recording | undefined;
  readonly app: App | undefined;
}

const codes: Readonly<Record<string, string | undefined>> = {
  approved: undefined,
  denied: 'approval_denied',
  denied_before: 'approval_denied',
  timed_out: 'approval_timeout',
  client_gone: 'approver_unavailable',
  gateway_stopped: 'gateway_stopped',
};

function isOneOutcome({ asked, ends, entries, recording, app }: Told): void {
  // Each question has one end; without a question there is none, but for what was refused without asking.
  const ended = ends.map(({ question }) => question);
  expect(new Set(ended).size).toBe(ended.length);
  expect(ended).toEqual(expect.arrayContaining(asked.map(({ question }) => question)));
  expect(new Set(entries.map(({ policy }) => policy)).size).toBe(1);
  const last = entries.filter(({ part }) => !part);
  const decisions = last.flatMap((line) => line.decisions ?? []);
  const refused = last.flatMap((line) => line.refused ?? []);
  // The recording says what the audit says.
  expect(recording?.policy).toBe(entries[0]!.policy);
  expect(recording?.decisions).toEqual(decisions);
  expect(recording?.refused).toEqual(refused.at(0));
  if (app?.state !== 'answered') return;
  // And so does what the app got.
  const code = [...decisions.flatMap((each) => each.refused ?? []), ...refused][0]?.code;
  expect(/fcgate (\w+):/.exec(app.text)?.[1]).toBe(code);
  // A stream that the gateway broke off as it stopped has told what it had.
  if (code === 'unreadable_answer') return;
  for (const { state, edited } of ends) {
    const isUnused = state === 'approved' && app.text.includes('Approved, but not used in time.');
    if (code !== 'policy_denied') expect(code).toBe(isUnused ? 'approval_timeout' : codes[state!]);
    if (app.kind === 'prompt') continue;
    const amount = edited ? 7 : app.amount;
    expect(/amount\\":(\d+)/.exec(app.text)?.[1]).toBe(code ? undefined : String(amount));
  }
}

/** Once the gateway is closed. */
async function told(till: Till): Promise<Told[]> {
  const [lines, recordings] = [await till.audit(), await till.recordings()];
  const ids = new Set(lines.flatMap(({ exchange }) => exchange ?? []));
  return [...ids].map((id) => {
    const own = lines.filter(({ exchange }) => exchange === id);
    return {
      asked: own.filter((line) => line.event === 'approval_asked'),
      ends: own.filter((line) => line.event === 'approval_settled'),
      entries: own.filter((line) => line.event === undefined),
      recording: recordings.find((recording) => recording.id === id),
      app: till.apps.find((app) => app.exchange === id),
    };
  });
}

async function staffed(): Promise<Till> {
  const till = await openTill();
  for (const person of [eve, bob!, cy!]) till.desk.attach(person);
  return till;
}

const statesOf = (all: readonly Told[]) => all.flatMap(({ ends }) => ends.map(({ state }) => state));

const pay = { do: 'ask', kind: 'anthropic, slowly', tool: 'pay', amount: 0, rest: true } as const;
const no = { do: 'vote', which: 0, who: eve, allow: false, edited: false, rest: true } as const;
const yes = { ...no, allow: true };
const wait = { do: 'wait', ms: 10_000, rest: true } as const;

test('approvers, clocks, apps that leave, policies that change and the same call again', async () => {
  const till = await staffed();
  let runs = 0;
  let settled = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 14 }), async (acts) => {
      settled += await run(till, acts, ++runs);
      await timePasses(till, till.endStreams);
      till.reload(0);
    }),
    {
      numRuns: 60,
      endOnFailure: true,
      examples: [
        [[pay, no, pay, no, pay, no, pay]],
        [[pay, yes, wait, wait, { do: 'end streams', rest: true }]],
        [[pay, { ...pay, rest: false }, yes, yes]],
      ],
    },
  );
  await till.close();
  const all = await told(till);
  for (const each of all) isOneOutcome(each);
  const broken = till.apps.filter(({ state, text }) => state === 'broken' || text.includes('unreadable'));
  expect(broken).toEqual([]);
  const states = statesOf(all);
  expect(states.filter((state) => state === 'approved')).toHaveLength(settled);
  expect(new Set(states)).toEqual(
    new Set(['approved', 'denied', 'denied_before', 'timed_out', 'client_gone']),
  );
}, 60_000);

test('a gateway that stops in the middle of it', async () => {
  const states = new Set<string | undefined>();
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 8 }), async (acts) => {
      const till = await staffed();
      const settled = await run(till, acts, 1);
      const closed = till.close();
      await till.rest();
      await timePasses(till);
      await closed;
      const all = await told(till);
      for (const each of all) isOneOutcome(each);
      for (const state of statesOf(all)) states.add(state);
      expect(statesOf(all).filter((state) => state === 'approved')).toHaveLength(settled);
    }),
    { numRuns: 12, endOnFailure: true, examples: [[[pay]]] },
  );
  expect(states).toContain('gateway_stopped');
}, 60_000);

/** How far a text is decided that still comes: its edits up to there are those that the whole text will have. */
import type { Leaf, Match, Unit } from '../exchange.ts';
import { isOpen, openFrom, readableFrom } from '../policy/find.ts';
import { textOf } from '../policy/leaf.ts';
import { riskHits, riskOf } from '../policy/risk.ts';
import { unreadable } from './framing.ts';
import { type Answered, isQuiet, type JudgedUnits, judgeSeen, look, type Seen } from './heard.ts';
import type { Change } from './masking.ts';

/** What is known of a text, in bytes from its beginning. */
export interface Settling {
  /** Its key says what stands there: it is looked at when it is whole. */
  readonly held: boolean;
  /** Up to here it is decided. */
  settled: number;
  /** It is not looked at again before it is so long: what waits long is looked at in steps, or each piece would cost by it. */
  next: number;
  /** Here it paused, and what stood before went on: nothing that is masked may stand across. */
  edge?: number;
  /** What was found up to there, as far as risk sums it up. */
  found: readonly Match[];
}

export const begun = (sent: Answered, { leaves: [leaf] }: Unit): Settling => ({
  held: isOpen(sent.judged.arrived.session.law.policy, leaf!),
  settled: 0,
  next: 0,
  found: [],
});

/** What of a text is settled now; `risky` where its findings reach a limit, so that the text has to be decided on as a whole. */
export interface Settled {
  readonly judged?: JudgedUnits;
  readonly changes: readonly Change[];
  readonly risky?: true;
}

const NOTHING: Settled = { changes: [] };

/** Waits are looked at with each piece up to here, and past it whenever they have grown by an eighth. */
const SHORT = 1024;

/** Context is looked for backwards, within less than this. */
const CONTEXT = 256;

/** Moves `settled` on, and says which changes stand between where it was and where it is. */
export function settleText(
  sent: Answered,
  unit: Unit,
  state: Settling,
  { final, signable = false }: { readonly final: boolean; readonly signable?: boolean },
): Settled {
  const leaf = unit.leaves[0]!;
  const length = leaf.end - leaf.start;
  if (length === state.settled || (!final && (state.held || length < state.next))) return NOTHING;
  const from = restart(leaf, state.settled);
  if (from === undefined && !final) return NOTHING;
  const begin = final && from === undefined ? 0 : from!;
  const rest: Leaf = { ...leaf, start: leaf.start + begin };
  const units = [{ ...unit, leaves: [rest] }];
  const seen = look(sent, units);
  if (isQuiet(sent, units, seen)) {
    settle(state, final ? length : begin + undecidedFrom(sent, rest, unit, seen), length, begin);
    return NOTHING;
  }
  const judged = judgeSeen(sent, units, seen);
  const all = [...judged.treatments[0]!.changes, ...judged.restored[0]!];
  const until = final ? length : begin + beforeAll(all, undecidedFrom(sent, rest, unit, seen));
  const { edge = 0 } = state;
  if (all.some(({ start, end }) => begin + start < edge && begin + end > edge))
    throw unreadable('a value goes on that had ended');
  const isSettled = (end: number): boolean => end <= until;
  const changes = all
    .filter((change) => begin + change.start >= state.settled && isSettled(begin + change.end))
    .map((change) => ({ ...change, leaf, start: begin + change.start, end: begin + change.end }));
  if (signable && !final && changes.length > 0) {
    state.settled = Math.max(state.settled, Math.min(...changes.map(({ start }) => start)));
    return NOTHING;
  }
  const told = within(judged, state.settled - begin, until - begin);
  if (isRisky(sent, unit, state, told, begin)) return { changes: [], risky: true };
  settle(state, until, length, begin);
  return { judged: told, changes };
}

function settle(state: Settling, until: number, length: number, begin: number): void {
  state.settled = Math.max(state.settled, until);
  state.next = length + (length - begin > SHORT ? (length - begin) >> 3 : 0);
}

/** Risk only grows with what is found: before its limit is reached, no text has to be held for it. */
function isRisky(
  sent: Answered,
  unit: Unit,
  state: Settling,
  { exchange }: JudgedUnits,
  begin: number,
): boolean {
  const { risk } = sent.judged.arrived.session.law.policy;
  const found = exchange.matches[0]![0]!;
  if (!risk || found.length === 0) return false;
  const moved = found.map((match) => ({ ...match, start: match.start + begin, end: match.end + begin }));
  state.found = [...state.found, ...moved];
  return riskHits(risk, riskOf(risk, unit, [state.found]), unit).length > 0;
}

/** The place from which on the text is looked at again, with the context of what is not settled. */
function restart({ bytes, start }: Leaf, settled: number): number | undefined {
  const from = readableFrom(bytes, start, Math.max(start, start + settled - CONTEXT));
  return from === undefined ? undefined : from - start;
}

/** Where in a text that goes on something may still begin or grow: a finding, or a surrogate. */
function undecidedFrom(sent: Answered, leaf: Leaf, { stage }: Unit, { matches }: Seen): number {
  const { law, lineage } = sent.judged.arrived.session;
  const found = openFrom(
    law.policy,
    stage,
    leaf,
    matches[0]![0]!.filter(({ detector }) => detector !== 'restored'),
  );
  if (lineage.vault.size === 0) return found;
  const text = textOf(leaf);
  const surrogate = lineage.vault.openFrom(text, law.policy.restore);
  return surrogate === text.length ? found : Math.min(found, Buffer.byteLength(text.slice(0, surrogate)));
}

/** That place, or where the change begins that it would stand in: a change is made whole. */
function beforeAll(changes: readonly Change[], place: number): number {
  const across = changes.find(({ start, end }) => start < place && end > place);
  return across ? beforeAll(changes, across.start) : place;
}

/** Only the masks and findings that stand between two places. */
function within(judged: JudgedUnits, from: number, to: number): JudgedUnits {
  const stands = ({ start, end }: { start: number; end: number }): boolean => start >= from && end <= to;
  const [decision] = judged.decisions;
  const masks = decision!.masks.filter(stands);
  const effect = masks.length > 0 ? decision!.effect : 'allow';
  const [[found]] = judged.exchange.matches as [[JudgedUnits['exchange']['matches'][0][0]]];
  return {
    ...judged,
    decisions: [{ ...decision!, masks, effect }],
    exchange: { ...judged.exchange, matches: [[found.filter(stands)]] },
  };
}

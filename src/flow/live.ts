/**
 * How a stream goes on before its end is there: text up to where nothing can still become a finding, calls once they
 * are whole and allowed. What waits, and what comes behind it, keeps its order. The last look at the whole answer
 * decides again what is still held; what was refused is taken out then.
 */
import { FcgateError } from '../errors.ts';
import type { Outcome, Unit } from '../exchange.ts';
import { newTally } from '../policy/tally.ts';
import type { Answer, Question } from '../question.ts';
import { foldCopies } from '../wire/copies.ts';
import { applySplices, type Chunk, chunkOf, type Ground, type Origin, type Splice } from '../wire/edit.ts';
import type { Growth } from '../wire/growth.ts';
import type { StreamEvent } from '../wire/sse.ts';
import { ask } from './asking.ts';
import { editSplices, editsOf } from './edited.ts';
import { type Streaming, unreadable } from './framing.ts';
import { type Answered, type JudgedUnits, judgeUnits, toApp } from './heard.ts';
import { splicesOf } from './masking.ts';
import { tellAll } from './pointers.ts';
import { effectOf, entryHead, findingsOf, recordedDecisions, toldFindings } from './recorded.ts';
import { isVoid, toldAnswer, used } from './said.ts';
import { begun, type Settling, settleText } from './settled-text.ts';
import type { AuditEntry } from './steps.ts';

/** What goes on now, what is said of it first, and what a person is asked. */
export interface Flowing {
  readonly entries: readonly AuditEntry[];
  readonly bytes: readonly Uint8Array[];
  readonly questions: readonly Question[];
}

export interface Live {
  /** Takes the next event. Throws `unreadable_answer`. */
  push(event: StreamEvent): void;
  /** What goes on after the events that came together: texts are looked at once for all of them. */
  flow(): Flowing;
  /** Lets go on what waited for this answer. */
  answer(question: string, answer: Answer): Flowing;
  /** How many events went on. */
  released(): number;
  /** In which order a call was decided; Infinity where it was not. */
  rank(call: Unit): number;
  /** The question that was asked of a call, and its answer if there is one. */
  asked(call: Unit): { readonly question: Question; readonly answer: Answer | undefined } | undefined;
}

interface Asked {
  readonly question: Question;
  /** The first event that tells of the call. */
  from: number;
  readonly tellings: Unit[];
  answer: Answer | undefined;
}

/** So many choices and calls go on side by side; more are held to their end, or each event would cost by their number. */
const MOST_OPEN = 64;

const NOTHING: Flowing = { entries: [], bytes: [], questions: [] };

/** What rules say of texts as wholes cannot be said of their beginnings: such answers are held to their end. Messages of MCP come whole. */
export const flows = ({ judged: { arrived }, head }: Answered): boolean => {
  const { session } = arrived;
  const { policy } = session.law;
  const comesWhole = session.codec.provider === 'mcp';
  return head.status < 400 && (comesWhole || policy.rules.response.length === 0);
};

export function openLive(sent: Answered, stream: Streaming): Live {
  const { session } = sent.judged.arrived;
  const events: StreamEvent[] = [];
  const places = new Map<Chunk, number>();
  const edits = new Map<Chunk, Splice[]>();
  const texts = new Map<object, Settling>();
  const calls = new Map<string, Unit>();
  /** In which order calls were first decided. */
  const ranks = new Map<string, number>();
  const tally = newTally();
  const asked = new Map<string, Asked>();
  let released = 0;
  /** Where something begins that is not decided, as the last event left it. */
  let open = 0;
  /** What was open when the last event came, where it was not looked at yet. */
  let unheard: Growth['open'] | undefined;
  /** Of risk it matters which event reaches the limit. */
  const eager = session.law.policy.risk !== undefined;
  const entries: AuditEntry[] = [];
  const questions: Question[] = [];
  /** Nothing more is looked at before the end, and nothing goes on but what stands before this place. */
  let held = false;
  let stop = Number.POSITIVE_INFINITY;

  const hold = (from: number): void => {
    held = true;
    stop = Math.min(stop, from);
  };

  const placeOf = (ground: Ground): number => places.get(chunkOf(ground)!) ?? events.length;

  const edit = (splices: readonly Splice[]): void => {
    for (const splice of splices) {
      if ((places.get(splice.chunk) ?? 0) < released)
        throw new FcgateError('internal_error', 'a part of a stream was let go before it was decided');
      const there = edits.get(splice.chunk);
      if (there) there.push(splice);
      else edits.set(splice.chunk, [splice]);
    }
  };

  /** A telling of a call that a person edited: what they put there stands before what was to become of it. */
  const replace = (unit: Unit, answer: Answer | undefined): void => {
    const own = editsOf(answer);
    const splices = own.length > 0 ? editSplices(sent, unit, own) : [];
    for (const splice of splices) edits.set(splice.chunk, [splice, ...(edits.get(splice.chunk) ?? [])]);
  };

  const lineOf = (said: Pick<AuditEntry, 'effect'> & Partial<AuditEntry>): AuditEntry => ({
    ...entryHead(session),
    direction: 'to_app',
    part: true,
    decisions: [],
    findings: [],
    ...said,
  });

  const tell = (judged: JudgedUnits, wanted: (unit: number) => boolean): AuditEntry[] => {
    const { exchange, decisions, treatments } = judged;
    const outcomes: Outcome[] = decisions.filter((_, i) => wanted(i)).map((decision) => ({ decision }));
    const told = tellAll(session, exchange.units, exchange.matches, treatments);
    const recorded = recordedDecisions(outcomes, exchange.units, told, session.law);
    if (recorded.length === 0) return [];
    const findings = toldFindings(findingsOf(exchange.units, exchange.matches, wanted), told);
    return [lineOf({ effect: effectOf(outcomes), decisions: recorded, findings })];
  };

  /** A text, or the rest of one: what of it is settled now. */
  const hearText = (
    text: object,
    unit: Unit,
    options: { final: boolean; signable?: boolean; pauses?: boolean },
  ): AuditEntry[] => {
    const state = texts.get(text) ?? begun(sent, unit);
    const { judged, changes, risky } = settleText(sent, toApp(session.codec, unit), state, options);
    if (options.final && !options.pauses) texts.delete(text);
    else texts.set(text, state);
    if (options.pauses) state.edge = state.settled;
    if (risky) hold(released);
    edit(splicesOf(changes));
    return judged ? tell(judged, () => true) : [];
  };

  /** What more of the open texts is settled, and where the first begins that is not. */
  const hearOpen = (): void => {
    open = events.length;
    for (const each of unheard ?? []) {
      if (each.kind === 'call') open = Math.min(open, placeOf(each.began.doc.ground));
      else {
        entries.push(...hearText(each.text, each.unit, { final: false, signable: each.signable }));
        open = Math.min(open, firstUnsettled(each.unit, texts.get(each.text)!.settled, placeOf));
      }
    }
    unheard = undefined;
  };

  const hearWhole = (units: readonly Unit[]): void => {
    const judged = judgeUnits(sent, units, { tally, knows: isTold, rank: () => 0 });
    const isRefused = (i: number): boolean => {
      const { effect, stage } = judged.decisions[i]!;
      return effect === 'deny' || (effect === 'approve' && stage !== 'tool_call');
    };
    const again = units.map(isTold);
    // What takes a call out may count the calls anew that are told beside it.
    const calling = units.reduce(
      (first, { stage, origin }) => (stage === 'tool_call' ? Math.min(first, beginOf(origin)) : first),
      events.length,
    );
    units.forEach((unit, i) => {
      if (isRefused(i)) hold(unit.stage === 'tool_call' ? calling : released);
      edit(splicesOf([...judged.treatments[i]!.changes, ...judged.restored[i]!]));
      if (unit.stage === 'tool_call') hearCall(unit);
      const before = asked.get(callKey(unit));
      if (!before) return;
      before.from = Math.min(before.from, beginOf(unit.origin));
      before.tellings.push(unit);
      replace(unit, before.answer);
    });
    for (const [i, question] of ask(sent, judged)) {
      if (again[i] || isRefused(i)) continue;
      const from = beginOf(units[i]!.origin);
      asked.set(callKey(units[i]!), { question, from, tellings: [units[i]!], answer: undefined });
      questions.push(question);
    }
    entries.push(...tell(judged, (i) => !isRefused(i) && !again[i]));
  };

  const hearCall = (unit: Unit): void => {
    const key = callKey(unit);
    calls.set(key, unit);
    if (!ranks.has(key)) ranks.set(key, ranks.size);
  };

  const beginOf = (origin: unknown): number => {
    const spots = (origin as { spots?: readonly { doc: { ground: Ground } }[] } | undefined)?.spots ?? [];
    return Math.min(events.length, ...spots.map(({ doc }) => placeOf(doc.ground)));
  };

  /** A call that is told again as it was is decided already; what is edited in it is edited in each telling. */
  const isTold = (unit: Unit): boolean => {
    const known = unit.stage === 'tool_call' ? calls.get(callKey(unit)) : undefined;
    return known !== undefined && foldCopies([known, unit]).length === 1;
  };

  /** An approval is used as its call begins to go on; one that waited too long for what stands before is void. */
  const holdVoid = (): void => {
    for (const one of asked.values()) {
      if (!one.answer) continue;
      if (one.from < released) one.answer = used(one.answer);
      else if (isVoid(one.answer, session.law.now())) hold(one.from);
    }
  };

  const release = (): Uint8Array[] => {
    holdVoid();
    const waiting = [...asked.values()].filter(({ answer }) => !answer).map(({ from }) => from);
    const until = Math.min(open, stop, ...waiting);
    const bytes: Uint8Array[] = [];
    for (; released < until; released++) {
      const event = events[released]!;
      bytes.push(...applySplices(event, edits.get(event) ?? []));
      edits.delete(event);
    }
    return bytes;
  };

  return {
    push(event) {
      places.set(event, events.length);
      events.push(event);
      const growth = held ? undefined : stream.growth();
      if (!growth) return;
      if (growth.reopened && released > 0) throw unreadable('something goes on that had ended');
      if (growth.reopened || growth.shadowed || growth.open.length > MOST_OPEN) return hold(released);
      unheard = growth.open;
      if (growth.done.length === 0 && !eager) return;
      hearOpen();
      const whole: Unit[] = [];
      for (const { units, text, pauses = false } of growth.done) {
        for (const unit of units) {
          if (text && texts.has(text)) entries.push(...hearText(text, unit, { final: true, pauses }));
          else whole.push(toApp(session.codec, unit));
        }
      }
      if (whole.length > 0) hearWhole(whole);
    },
    flow() {
      if (unheard && !held) hearOpen();
      return { entries: entries.splice(0), bytes: release(), questions: questions.splice(0) };
    },
    answer(question, answer) {
      const one = [...asked.values()].find((each) => each.question.id === question);
      if (!one) return NOTHING;
      one.answer = answer;
      if (!answer.allow) hold(one.from);
      for (const telling of one.tellings) replace(telling, answer);
      return {
        ...NOTHING,
        entries: [lineOf({ effect: 'approve', answers: [{ question, answer: toldAnswer(answer) }] })],
        bytes: release(),
      };
    },
    released: () => released,
    rank: (call) => ranks.get(callKey(call)) ?? Number.POSITIVE_INFINITY,
    asked: (call) => asked.get(callKey(call)),
  };
}

const callKey = ({ path, tool, callId }: Unit): string => JSON.stringify([path, tool?.name, callId]);

/** The event that holds the first byte of a text that is not settled. */
function firstUnsettled(
  { leaves: [leaf] }: Unit,
  settled: number,
  placeOf: (ground: Ground) => number,
): number {
  const { pieces } = leaf!.origin as Extract<Origin, { pieces: unknown }>;
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle]!.to > settled) high = middle;
    else low = middle + 1;
  }
  return low < pieces.length ? placeOf(pieces[low]!.below) : Number.POSITIVE_INFINITY;
}

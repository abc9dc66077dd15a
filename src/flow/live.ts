/**
 * How a stream goes on before its end is there: text up to where nothing can still become a finding, calls once they
 * are whole and allowed. What waits, and what comes behind it, keeps its order. The last look at the whole answer
 * decides again what is still held; what was refused is taken out then.
 */
import { FcgateError } from '../errors.ts';
import type { Outcome, Unit } from '../exchange.ts';
import { foldCopies } from '../wire/copies.ts';
import { applySplices, type Chunk, chunkOf, type Ground, type Origin, type Splice } from '../wire/edit.ts';
import type { StreamEvent } from '../wire/sse.ts';
import { type Streaming, unreadable } from './framing.ts';
import { type Answered, ask, type JudgedUnits, judgeUnits, toApp } from './heard.ts';
import { splicesOf } from './masking.ts';
import { tellAll } from './pointers.ts';
import { effectOf, entryHead, findingsOf, recordedDecisions, toldFindings } from './recorded.ts';
import { begun, type Settling, settleText } from './settled-text.ts';
import type { Answer, AuditEntry, Question } from './steps.ts';

/** What goes on now, what is said of it first, and what a person is asked. */
export interface Flowing {
  readonly entries: readonly AuditEntry[];
  readonly bytes: readonly Uint8Array[];
  readonly questions: readonly Question[];
}

export interface Live {
  /** Takes the next event. Throws `unreadable_answer`. */
  push(event: StreamEvent): Flowing;
  /** Lets go on what waited for this answer. */
  answer(question: string, answer: Answer): Flowing;
  /** How many events went on. */
  released(): number;
  /** The question that was asked of a call, and its answer if there is one. */
  asked(call: Unit): { readonly question: Question; readonly answer: Answer | undefined } | undefined;
}

interface Asked {
  readonly question: Question;
  /** The first event that tells of the call. */
  from: number;
  answer: Answer | undefined;
}

/** So many choices and calls go on side by side; more are held to their end, or each event would cost by their number. */
const MOST_OPEN = 64;

const NOTHING: Flowing = { entries: [], bytes: [], questions: [] };

/** What rules say of texts as wholes cannot be said of their beginnings: such answers are held to their end. */
export const flows = ({ judged: { arrived }, head }: Answered): boolean => {
  const { policy } = arrived.session.law;
  return head.status < 400 && policy.rules.response.length === 0;
};

export function openLive(sent: Answered, stream: Streaming): Live {
  const { session } = sent.judged.arrived;
  const events: StreamEvent[] = [];
  const places = new Map<Chunk, number>();
  const edits = new Map<Chunk, Splice[]>();
  const texts = new Map<object, Settling>();
  const calls = new Map<string, Unit>();
  const asked = new Map<string, Asked>();
  let released = 0;
  /** Where something begins that is not decided, as the last event left it. */
  let open = 0;
  /** Nothing more goes on before the end. */
  let held = false;

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
    options: { final: boolean; signable?: boolean },
  ): AuditEntry[] => {
    const state = texts.get(text) ?? begun();
    const { judged, changes, risky } = settleText(sent, toApp(session.codec, unit), state, options);
    if (options.final) texts.delete(text);
    else texts.set(text, state);
    held ||= risky === true;
    edit(splicesOf(changes));
    return judged ? tell(judged, () => true) : [];
  };

  const hearWhole = (units: readonly Unit[]): Flowing => {
    const judged = judgeUnits(sent, units);
    const isRefused = (i: number): boolean => {
      const { effect, stage } = judged.decisions[i]!;
      return effect === 'deny' || (effect === 'approve' && stage !== 'tool_call');
    };
    const again = units.map(isTold);
    units.forEach((unit, i) => {
      if (isRefused(i)) held = true;
      edit(splicesOf([...judged.treatments[i]!.changes, ...judged.restored[i]!]));
      if (unit.stage === 'tool_call') calls.set(callKey(unit), unit);
      const before = asked.get(callKey(unit));
      if (before) before.from = Math.min(before.from, beginOf(unit.origin));
    });
    const questions = ask(sent, judged).filter(([i]) => !again[i] && !isRefused(i));
    for (const [i, question] of questions) {
      const { origin } = units[i]!;
      asked.set(callKey(units[i]!), { question, from: beginOf(origin), answer: undefined });
    }
    return {
      entries: tell(judged, (i) => !isRefused(i) && !again[i]),
      bytes: [],
      questions: questions.map(([, question]) => question),
    };
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

  const release = (): Uint8Array[] => {
    if (held) return [];
    const waiting = [...asked.values()].filter(({ answer }) => !answer).map(({ from }) => from);
    const until = Math.min(open, ...waiting);
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
      if (!growth) return NOTHING;
      if (growth.reopened && released > 0) throw unreadable('something goes on that had ended');
      held = growth.reopened || growth.shadowed || growth.open.length > MOST_OPEN;
      if (held) return NOTHING;
      const entries: AuditEntry[] = [];
      const questions: Question[] = [];
      open = events.length;
      for (const each of growth.open) {
        if (each.kind === 'call') open = Math.min(open, placeOf(each.began.doc.ground));
        else {
          entries.push(...hearText(each.text, each.unit, { final: false, signable: each.signable }));
          open = Math.min(open, firstUnsettled(each.unit, texts.get(each.text)!.settled, placeOf));
        }
      }
      const whole: Unit[] = [];
      for (const { units, text } of growth.done) {
        for (const unit of units) {
          if (text && texts.has(text)) entries.push(...hearText(text, unit, { final: true }));
          else whole.push(toApp(session.codec, unit));
        }
      }
      if (whole.length > 0) {
        const heard = hearWhole(whole);
        entries.push(...heard.entries);
        questions.push(...heard.questions);
      }
      return { entries, bytes: release(), questions };
    },
    answer(question, answer) {
      const one = [...asked.values()].find((each) => each.question.id === question);
      if (!one) return NOTHING;
      one.answer = answer;
      if (!answer.allow) held = true;
      return {
        ...NOTHING,
        entries: [lineOf({ effect: 'approve', answers: [{ question, answer }] })],
        bytes: release(),
      };
    },
    released: () => released,
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

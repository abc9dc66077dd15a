/** One case: a caller's value goes to a model, which replays it beside values of its own and look-alikes; what came of it. */
import { type Carrier, eventsOf, framed } from './carriers.ts';
import { type Encoding, encodings, folded, readings } from './encodings.ts';
import { type Fragmentation, jsonOf } from './fragments.ts';
import type { Random } from './random.ts';
import { findText, parsed, requestOf, type Site } from './sites.ts';
import { type Entity, lookAlike, type Value } from './values.ts';

export interface Case {
  readonly entity: Entity;
  readonly encoding: Encoding;
  readonly fragmentation: Fragmentation;
  readonly carrier: Carrier;
  readonly site: Site;
  /** The caller's, and the model's. */
  readonly asked: Value;
  readonly injected: Value;
  readonly next: Random;
}

/** Undefined where it could not be seen, or is not asked for. */
export interface Verdict {
  /** The caller got its own value back. */
  readonly restored?: boolean;
  /** It came back plainly, not in the encoding that it was sent in. */
  readonly respelled?: boolean;
  /** The caller's value came to the model, or the model's to the caller. */
  readonly leaked?: boolean;
  readonly altered?: boolean;
  /** Why nothing can be said. */
  readonly inconclusive?: string;
  readonly seen: string;
}

/** A gateway with a model behind it. */
export interface Rig {
  /** What the model got, or the refusal; then what the app gets for what the model says. */
  ask(
    carrier: Carrier,
    body: string,
    answer: (sent: string) => readonly Uint8Array[],
  ): Promise<{ readonly sent: string | undefined; readonly got: string }>;
}

/** Context is looked for backwards in less than this. */
const APART =
  'What follows here was written by somebody else, who knew nothing of all that stands above, and who will not come back to it. ';
const BEGIN = 'Grüße – ';
const BREAK = '\n====\n';

const said = ({ cue, value }: Value, encoding: Encoding): string =>
  `${APART}${BEGIN}${cue} ${encoding.write(value)} – das wär’s.`;

/** As the model tells it: three texts in one, or three arguments. */
const told = (carrier: Carrier, segments: readonly string[], escaped: boolean): string =>
  carrier.args
    ? jsonOf(Object.fromEntries(segments.map((segment, i) => [`part${i}`, segment])), escaped)
    : segments.join(BREAK);

function heard({ args }: Carrier, text: string): string[] {
  const parts = args ? Object.values((parsed(text) ?? {}) as Record<string, string>) : text.split(BREAK);
  return parts.length === 3 ? parts : [];
}

export async function play(rig: Rig, one: Case): Promise<Verdict> {
  const { carrier, encoding, fragmentation, next, asked, injected } = one;
  const echo = said(asked, encoding);
  const injection = said(injected, encoding);
  const plainly = said(asked, encodings[0]!);
  const benign = lookAlike(next);
  let replay: string | undefined;
  const { sent, got } = await rig.ask(carrier, requestOf(carrier, one.site, echo), (arrived) => {
    replay = findText(JSON.parse(arrived), APART);
    const escaped = fragmentation.escaped === true;
    const text = told(carrier, [benign, replay ?? '', injection], escaped);
    const events = framed(carrier, carrier.tell(fragmentation.deltas(text, next)), escaped);
    return fragmentation.reads(events, next);
  });
  if (sent === undefined) return { inconclusive: `the request was refused: ${got}`, seen: got };
  if (replay === undefined) return { inconclusive: 'what the model got does not hold the text', seen: sent };
  if (hasValue(sent, injected))
    return { inconclusive: 'the value of the model was in the prompt', seen: sent };
  let tellings: string[];
  try {
    tellings = carrier.read(eventsOf(carrier, got));
  } catch {
    return { inconclusive: 'what the app got cannot be read', seen: got };
  }
  if (tellings.length === 0) return { inconclusive: 'the app got no text', seen: got };
  const parts = tellings.map((telling) => heard(carrier, telling));
  const isGone = one.entity.group === 'secret' || carrier.oneWay === true;
  return {
    ...(isGone ? {} : { restored: parts.every(([, part]) => part === echo || part === plainly) }),
    ...(isGone ? {} : { respelled: parts.every(([, part]) => part === plainly && part !== echo) }),
    leaked:
      hasValue(replay, asked) || tellings.some((telling, i) => hasValue(parts[i]![2] ?? telling, injected)),
    altered: parts.some((part) => part[0] !== benign),
    seen: JSON.stringify({ benign, echo, replay, injection, tellings }),
  };
}

/** Most of a value, in any reading. */
function hasValue(text: string, { value }: Value): boolean {
  const whole = folded(value);
  const length = Math.max(Math.min(5, whole.length), Math.ceil(whole.length * 0.6));
  return readings(text).some((reading) => {
    for (let at = 0; at + length <= whole.length; at++)
      if (reading.includes(whole.slice(at, at + length))) return true;
    return false;
  });
}

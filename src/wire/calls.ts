/** A call as it is gathered from its pieces: who is called, and what with, as each of its readers would have it. */
import { FcgateError } from '../errors.ts';
import type { Leaf, Unit } from '../exchange.ts';
import { ARRAY, elements, endOf, kindOf, members, OBJECT, STRING, startOf, stringOf } from './json.ts';
import { parallelCalls } from './parallel.ts';
import type { Spot } from './spot.ts';
import {
  argumentsOf,
  type Care,
  joinTexts,
  leavesOf,
  readings,
  scalarsOf,
  type Text,
  textOf,
} from './units.ts';

/** What a call's arguments are: JSON inside a string, a JSON object, or free text. */
export type ArgumentsForm = 'json' | 'object' | 'free';

export interface CallHead {
  /** The call itself, for taking it out. */
  readonly spot: Spot;
  /** Its path in the body: what its pieces have in common. */
  readonly path: string;
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  readonly remote?: boolean;
  /** The input is but a stretch of its arguments, which come as an object in the end. */
  readonly stretch?: true;
  /** What a stream tells of several calls under one index, some readers take for one call. */
  readonly index?: string;
}

/** Every place where a call stands: one in a body, one per event in a stream. */
export interface CallOrigin {
  readonly path: string;
  readonly spots: readonly Spot[];
  /** Its arguments are an object that was told before it was complete. */
  readonly early?: true;
}

export interface CallSlot {
  readonly kind: 'call';
  readonly path: string;
  name: string;
  id: string | undefined;
  remote: boolean;
  form: ArgumentsForm;
  argumentsPath: string;
  readonly texts: Text[];
  readonly objects: Spot[];
  readonly spots: Spot[];
  readonly early: boolean;
  readonly alike: Alike;
}

/** The calls of one index, and what they say together: worked out once. */
export interface Alike {
  readonly calls: CallSlot[];
  joined?: Content;
}

/** So many calls have one index where servers tell calls apart by their ids alone. */
const MOST_ALIKE = 128;

export function openCall(path: string, early: boolean, alike: Alike): CallSlot {
  const slot: CallSlot = {
    kind: 'call',
    path,
    name: '',
    id: undefined,
    remote: false,
    form: 'json',
    argumentsPath: path,
    texts: [],
    objects: [],
    spots: [],
    early,
    alike,
  };
  if (alike.calls.push(slot) > MOST_ALIKE)
    throw new FcgateError('unreadable_answer', 'too many calls share one index');
  return slot;
}

/** One call has one name: readers would not agree on which of two it is. */
export function callOnce(slot: CallSlot, name = ''): void {
  if (slot.name === '') slot.name = name;
  else if (name !== '' && name !== slot.name)
    throw new FcgateError('unreadable_answer', 'a call changes its name while it is told');
}

type Content = Pick<Unit, 'leaves' | 'values' | 'scalars'>;

/** The call, or those that it wraps; where the app itself offers a tool of that name, both: either may be meant. */
export function closeCall(
  slot: CallSlot,
  side: 'request' | 'answer',
  depth: number,
  offered: ReadonlySet<string> | undefined,
): Unit[] {
  const early = slot.early && slot.objects.length > 0;
  const origin: CallOrigin = { path: slot.path, spots: slot.spots, ...(early ? { early } : {}) };
  const call: Unit = {
    stage: side === 'request' ? 'past_call' : 'tool_call',
    path: slot.argumentsPath,
    tool: { name: slot.name },
    ...(slot.id === undefined ? {} : { callId: slot.id }),
    ...(slot.remote ? { remote: true as const } : {}),
    ...contentOf(slot, depth),
    origin,
  };
  const calls = parallelCalls(call);
  return offered?.has(slot.name) && calls[0] !== call ? [...calls, call] : calls;
}

/** What the call is called with, also to a reader who takes all calls of its index for one. */
function contentOf(slot: CallSlot, depth: number): Content {
  const own = contents(slot, depth);
  const { calls } = slot.alike;
  if (calls.length === 1 || !own.values) return own;
  const texts = calls.flatMap((each) => each.texts);
  const objects = calls.flatMap((each) => each.objects);
  slot.alike.joined ??= contents({ ...slot, texts, objects }, depth);
  const { joined } = slot.alike;
  return joined.values ? { ...own, values: eachValue([own.values, joined.values]) } : own;
}

/** Each of the ways in which the arguments were said counts. */
function contents({ texts, objects, form, argumentsPath }: CallSlot, depth: number): Content {
  const told: Content[] = objects
    .filter((object) => texts.length === 0 || !isEmpty(object))
    .map(({ doc, node, path }) => ({
      leaves: leavesOf(doc, node, path),
      values: readings(doc, node),
      scalars: () => scalarsOf(doc, node, path),
    }));
  if (texts.length > 0)
    told.push(argumentsOf(joinTexts(texts), argumentsPath, { depth, free: form === 'free' }));
  if (told.length === 0) return { leaves: [], values: () => [{}] };
  if (told.length === 1) return told[0]!;
  const leaves = told.flatMap((each) => each.leaves);
  const values = told.flatMap((each) => each.values ?? []);
  const scalars = (): Leaf[] => told.flatMap((each) => each.scalars?.() ?? []);
  return values.length < told.length ? { leaves } : { leaves, values: eachValue(values), scalars };
}

const eachValue =
  (all: readonly NonNullable<Unit['values']>[]): NonNullable<Unit['values']> =>
  (see) =>
    all.flatMap((values) => values(see));

const isEmpty = ({ doc, node }: Spot): boolean => endOf(doc, node) - startOf(doc, node) === 2;

/** A tool's result: text (perhaps with JSON in it), or structure. */
export function resultUnit(
  { doc, node, path }: Spot,
  { name, callId }: { readonly name: string | undefined; readonly callId: string | undefined },
  depth: number,
  care?: Care,
): Unit {
  const head = {
    stage: 'tool_result' as const,
    path,
    ...(name === undefined ? {} : { tool: { name } }),
    ...(callId === undefined ? {} : { callId }),
  };
  if (kindOf(doc, node) !== STRING)
    return { ...head, leaves: leavesOf(doc, node, path, care), values: readings(doc, node) };
  const text = textOf(doc, node);
  const parsed = argumentsOf(text, path, { depth });
  const { leaves, values } = parsed.values ? parsed : argumentsOf(text, path, { depth, free: true });
  return { ...head, leaves, ...(values ? { values } : {}) };
}

/** Calls where the dialect has none: whoever looks for them there would find them undecided. */
export function refuseHidden({ doc, node, key }: Spot): void {
  const kind = kindOf(doc, node);
  if (key === 'type' && kind === STRING && CALLS.test(stringOf(doc, node))) throw hidden();
  if (kind !== OBJECT && kind !== ARRAY) return;
  if (CALLS.test(key) && endOf(doc, node) - startOf(doc, node) > 2) throw hidden();
  const below =
    kind === ARRAY ? elements(doc, node).map((each) => ({ key: '', value: each })) : members(doc, node);
  for (const each of below) refuseHidden({ doc, node: each.value, path: '', key: each.key });
}

const hidden = (): FcgateError =>
  new FcgateError('unreadable_answer', 'a call stands where calls are not known to stand');

const CALLS = /^(?:tool_?calls?|function_?calls?|tool_?uses?)$/i;

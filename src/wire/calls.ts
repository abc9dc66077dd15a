/** A call as it is gathered from its pieces: who is called, and what with, as each of its readers would have it. */
import { FcgateError } from '../errors.ts';
import type { Unit } from '../exchange.ts';
import type { Spot } from './collector.ts';
import { endOf, startOf } from './json.ts';
import { argumentsOf, joinTexts, leavesOf, readings, type Text } from './units.ts';

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
}

export const openCall = (path: string, early: boolean): CallSlot => ({
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
});

/** One call has one name: readers would not agree on which of two it is. */
export function callOnce(slot: CallSlot, name = ''): void {
  if (slot.name === '') slot.name = name;
  else if (name !== '' && name !== slot.name)
    throw new FcgateError('unreadable_answer', 'a call changes its name while it is told');
}

type Content = Pick<Unit, 'leaves' | 'values'>;

/** What the call is called with: each of the ways in which it was said counts. */
export function contentOf({ texts, objects, form, argumentsPath }: CallSlot, depth: number): Content {
  const told: Content[] = objects
    .filter((object) => texts.length === 0 || !isEmpty(object))
    .map(({ doc, node, path }) => ({ leaves: leavesOf(doc, node, path), values: readings(doc, node) }));
  if (texts.length > 0)
    told.push(argumentsOf(joinTexts(texts), argumentsPath, { depth, free: form === 'free' }));
  if (told.length === 0) return { leaves: [], values: () => [{}] };
  if (told.length === 1) return told[0]!;
  const leaves = told.flatMap((each) => each.leaves);
  const values = told.flatMap((each) => each.values ?? []);
  return values.length < told.length ? { leaves } : { leaves, values: eachValue(values) };
}

const eachValue =
  (all: readonly NonNullable<Unit['values']>[]): NonNullable<Unit['values']> =>
  (see) =>
    all.flatMap((values) => values(see));

const isEmpty = ({ doc, node }: Spot): boolean => endOf(doc, node) - startOf(doc, node) === 2;

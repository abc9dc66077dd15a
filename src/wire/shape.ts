/** Combinators with which a codec is written like its API reference: which member is text, a call, an id, opaque. */
import type { Stage } from '../exchange.ts';
import { refuseHidden } from './calls.ts';
import type { Collector } from './collector.ts';
import {
  ARRAY,
  elements,
  type Keys,
  keyAmong,
  keys,
  kindOf,
  members,
  type Named,
  NUMBER,
  next,
  OBJECT,
  STRING,
  stringMember,
  stringOf,
  WIDTH,
} from './json.ts';
import { isSealed } from './sealed.ts';
import type { Spot } from './spot.ts';
import { type Care, isPlain, pointer } from './units.ts';

/** Reads the value at a spot into the collector. */
export type Shape = (spot: Spot, to: Collector) => void;

/** Enumerations, ids, settings: not looked at, recorded as they are. What looks like none is somebody's text. */
export const skip: Shape = (spot, to) => {
  if (!isPlain(spot.doc, spot.node)) to.walk(spot, to.stage, {});
};

/** What kind of part this is; a call among parts of text would reach who looks for it there undecided. */
export const partKind: Shape = (spot, to) => {
  if (to.side === 'answer') refuseHidden(spot);
  skip(spot, to);
};

/** Read where it belongs. */
export const elsewhere: Shape = () => {};

/** Credentials: never altered, never recorded. */
export const omit: Shape = (spot, to) => to.omit(spot);

/** Signatures, encrypted content, media: never altered, never recorded. What does not look it is text. */
export const sealed: Shape = (spot, to) => (isSealed(spot.doc, spot.node) ? omit : text)(spot, to);

/** Somebody's text. What no codec names is text as well: new members appear monthly. */
export const text: Shape = (spot, to) => to.text(spot);

/** Text of a given stage, whichever side it travels on. */
export const textAs =
  (stage: Stage, care?: Care): Shape =>
  (spot, to) =>
    to.text(spot, stage, care);

/** Text that a signature covers: looked at, never altered. */
export const signed: Shape = (spot, to) => to.signed(spot);

/** Text of a stream after which a signature may come that covers it. */
export const signable: Shape = (spot, to) => to.signed(spot, 'signable');

/** The same shape for each element; a lone value counts as one. `index` says where an element of the array stands in the body. */
export const each =
  (shape: Shape, index?: (element: Spot, i: number, array: Spot) => number | undefined): Shape =>
  (spot, to) => {
    if (kindOf(spot.doc, spot.node) !== ARRAY) return shape(spot, to);
    elements(spot.doc, spot.node).forEach((node, i) => {
      const element = { doc: spot.doc, node, path: '', key: '' };
      shape({ ...element, path: pointer(spot.path, index?.(element, i, spot) ?? i) }, to);
    });
  };

/** A turn of the conversation: a document of its own, so that what was read in it can be kept. */
export const turn =
  (shape: Shape): Shape =>
  (spot, to) =>
    to.turn(spot, (own) => shape(own, to));

/** An object by its members, each occurrence of a key heard; `rest` for members not named. Anything else is text. */
export function object(shapes: Readonly<Record<string, Shape>>, rest: Shape = text): Shape {
  const keys = keysOf(shapes);
  return (spot, to) => {
    const { doc, node, path } = spot;
    if (kindOf(doc, node) !== OBJECT) return text(spot, to);
    const end = next(doc, node);
    for (let keyNode = node + WIDTH; keyNode < end; keyNode = next(doc, keyNode + WIDTH)) {
      const value = keyNode + WIDTH;
      const known = keyAmong(doc, keyNode, keys);
      if (known) known.of({ doc, node: value, path: path + known.below, key: known.name }, to);
      else {
        const key = stringOf(doc, keyNode);
        looseKey(spot, key, keyNode, to);
        rest({ doc, node: value, path: pointer(path, key), key }, to);
      }
    }
  };
}

interface Known<T> extends Named {
  /** The name as the last step of a pointer. */
  readonly below: string;
  readonly of: T;
}

const keysOf = <T>(values: Readonly<Record<string, T>>): Keys<Known<T>> =>
  keys(Object.entries(values).map(([name, of]) => ({ name, below: pointer('', name), of })));

/** The members of these names, as many as there are. */
export function membersAmong({ doc, node, path }: Spot, names: readonly string[]): Spot[] {
  if (kindOf(doc, node) !== OBJECT) return [];
  return members(doc, node)
    .filter(({ key }) => names.includes(key))
    .map(({ key, value }) => ({ doc, node: value, path: pointer(path, key), key }));
}

/** A key that no reference names is somebody's text too. */
export function looseKey(spot: Spot, key: string, node: number, to: Collector): void {
  if (key.length < 7) return;
  to.key({ doc: spot.doc, node, path: pointer(spot.path, key), key: '' });
}

/** Chooses the shape by a string member (`type`, `role`); unknown and missing names go to `other`. */
export const by =
  (name: string, shapes: Readonly<Record<string, Shape>>, other: Shape): Shape =>
  (spot, to) => {
    const kind = stringMember(spot.doc, spot.node, name) ?? '';
    (Object.hasOwn(shapes, kind) ? shapes[kind]! : other)(spot, to);
  };

/** The same shape for several members. */
export const all = (names: readonly string[], shape: Shape): Record<string, Shape> =>
  Object.fromEntries(names.map((name) => [name, shape]));

/** A URL: `data:` with Base64 is media, anything else is text. */
export const mediaUrl: Shape = (spot, to) => {
  const { doc, node } = spot;
  const inline = kindOf(doc, node) === STRING && stringOf(doc, node).slice(0, 5) === 'data:';
  (inline ? sealed : text)(spot, to);
};

/** A vector of numbers is opaque; anything else in its place is text. */
export const vector: Shape = (spot, to) => {
  const { doc, node } = spot;
  const isVector =
    kindOf(doc, node) === ARRAY && elements(doc, node).every((each) => kindOf(doc, each) === NUMBER);
  (isVector ? omit : text)(spot, to);
};

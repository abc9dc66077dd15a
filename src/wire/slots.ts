/** What a collector holds of texts and keys until its units are asked for. */
import type { Leaf, Stage, Unit } from '../exchange.ts';
import type { Origin } from './edit.ts';
import { type Joined, joined } from './growth.ts';
import type { Spot } from './spot.ts';
import { type Text, textLeaf } from './units.ts';

/** A text, in the pieces in which it came. */
export interface TextSlot {
  readonly kind: 'text';
  readonly stage: Stage;
  readonly path: string;
  readonly key: string;
  readonly joined: Joined;
  readonly signed: boolean;
  /** A signature that covers it may come after it. */
  readonly signable: boolean;
}

export function beginText(
  stage: Stage,
  path: string,
  key: string,
  text: Text,
  is?: 'signed' | 'signable',
): TextSlot {
  const begun = joined();
  begun.add(text);
  return {
    kind: 'text',
    stage,
    path,
    key,
    joined: begun,
    signed: is === 'signed',
    signable: is === 'signable',
  };
}

/** A key that a stream says with each piece. */
export interface KeySlot {
  readonly kind: 'key';
  readonly stage: Stage;
  readonly path: string;
  readonly texts: Text[];
}

/** A unit of which more is to come. */
export interface LaterSlot {
  readonly kind: 'later';
  readonly path: string;
  /** Where its pieces stand. */
  readonly spots: readonly Spot[];
  readonly tell: () => Unit;
}

/** Nothing, where the text is empty. */
export function textUnit({ stage, path, key, joined }: TextSlot, signed: boolean): Unit[] {
  const text = joined.text();
  if (text.end === text.start) return [];
  return [{ stage, path, leaves: [textLeaf(text, path, key === '' ? undefined : key, signed)] }];
}

export function keyUnit({ stage, path, texts }: KeySlot): Unit {
  const [first, ...again] = texts;
  const leaf = textLeaf(first!, path);
  const origin: Origin = { pieces: first!.pieces, echoes: again.map(({ pieces }) => ({ pieces })) };
  return { stage, path, leaves: [{ ...leaf, kind: 'key', origin }] };
}

/** A value that repeats in another form what stands under a folder (`/choices/0/`). */
export interface Shadow {
  readonly under: string;
  readonly leaf: Leaf;
}

/** Each unit with the shadows of the folders that it stands in. */
export function withShadows(units: readonly Unit[], all: readonly Shadow[]): Unit[] {
  const under = new Map<string, Leaf[]>();
  for (const shadow of all) {
    const there = under.get(shadow.under);
    if (there) there.push(shadow.leaf);
    else under.set(shadow.under, [shadow.leaf]);
  }
  return units.map((each) => {
    const shadows = foldersOf(each.path).flatMap((folder) => under.get(folder) ?? []);
    return shadows.length > 0 ? { ...each, shadows } : each;
  });
}

/** `/`, `/a/`, `/a/b/` of `/a/b/c`. */
const foldersOf = (path: string): string[] =>
  [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1));

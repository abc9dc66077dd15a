/** The keys under which a conversation is looked for: what tells most of them apart cheaply, before any are compared. */
import type { Turn } from '../wire/codec.ts';

/** Who says it, where to, and what it says of where it belongs. */
export interface Address {
  readonly caller: string;
  readonly connection: string;
  readonly label: string | undefined;
  /** The provider's id of what this request goes on from. */
  readonly previous: string | undefined;
}

/** So much of a text is in its key. */
const OPENING = 512;

/** How a turn begins and how much it says; its bytes, where it says nothing that is read. */
function openingOf(body: Uint8Array, turn: Turn): readonly [size: number, opening: string] {
  const leaves = turn.units.flatMap((unit) => unit.leaves);
  if (leaves.length === 0) return [0, opening(body.subarray(turn.start, turn.end))];
  const begun = leaves
    .slice(0, OPENING)
    .map(({ bytes, start, end }) => bytes.subarray(start, Math.min(end, start + OPENING)));
  const size = leaves.reduce((sum, { start, end }) => sum + end - start, 0);
  return [size, opening(Buffer.concat(begun))];
}

export const idKey = (caller: string, connection: string, id: string): string =>
  JSON.stringify(['id', caller, connection, id]);

export const bodyKey = (caller: string, connection: string, body: Uint8Array): string =>
  JSON.stringify(['body', caller, connection, opening(body)]);

const opening = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, OPENING)).toString('latin1');

/**
 * Under the first key it is found from now on, under the others it may have been before. The first turns stay what they
 * are, however far the conversation goes; the first alone is often what all conversations of an app are told.
 */
export function keysOf(
  { caller, connection, label, previous }: Address,
  body: Uint8Array,
  turns: readonly Turn[],
): string[] {
  if (label !== undefined) return [JSON.stringify(['label', caller, label])];
  if (previous !== undefined) return [idKey(caller, connection, previous)];
  const begun = turns.slice(0, 2).map((turn) => openingOf(body, turn));
  return begun
    .map((_, i) => JSON.stringify(['history', caller, connection, ...begun.slice(0, i + 1)]))
    .reverse();
}

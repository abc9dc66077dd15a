/** What of a question's text is masked, and where each masked value came from. */
import type { Leaf, Unit } from '../exchange.ts';
import { textOf } from '../policy/leaf.ts';
import type { Mark, Origin } from '../question.ts';
import { type Change, changesByLeaf } from './masking.ts';

/** A place of a leaf: what stands there when it is shown, and what it stands for. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly shown: string;
  readonly original: string;
  readonly entity: string | undefined;
}

/**
 * `hidden` are the changes that are made to the unit to show it, `restored` the surrogates in it that become the caller's
 * own values; `before` is what the request says, in its order.
 */
export function marksOf(
  unit: Unit,
  hidden: readonly Change[],
  restored: readonly Change[],
  before: readonly Unit[],
): Mark[] {
  const masked = changesByLeaf(hidden);
  const back = changesByLeaf(restored);
  return unit.leaves
    .filter(({ kind }) => kind !== 'key')
    .flatMap((leaf) => {
      const places = [
        ...(masked.get(leaf) ?? []).map((change) => hiddenPlace(leaf, change)),
        ...(back.get(leaf) ?? []).map((change) => restoredPlace(leaf, change)),
      ];
      return placed(leaf, places).map(({ start, end, place }) => ({
        path: leaf.path,
        start,
        end,
        ...(place.entity === undefined ? {} : { entity: place.entity }),
        from: originOf(place.original, before),
      }));
    });
}

const hiddenPlace = (leaf: Leaf, { start, end, text, mask, entity }: Change): Place => ({
  start,
  end,
  shown: text,
  original: mask?.value ?? textOf(leaf, start, end),
  entity: mask?.entity ?? entity,
});

const restoredPlace = (leaf: Leaf, { start, end, text }: Change): Place => ({
  start,
  end,
  shown: textOf(leaf, start, end),
  original: text,
  entity: undefined,
});

/** Offsets into the leaf as it is shown, in UTF-16 code units. */
function placed(leaf: Leaf, places: readonly Place[]): { start: number; end: number; place: Place }[] {
  let from = 0;
  let length = 0;
  return places
    .toSorted((a, b) => a.start - b.start)
    .flatMap((place) => {
      if (place.start < from) return [];
      const start = length + textOf(leaf, from, place.start).length;
      length = start + place.shown.length;
      from = place.end;
      return [{ start, end: length, place }];
    });
}

/** Who said it first. */
function originOf(original: string, before: readonly Unit[]): Origin {
  const bytes = Buffer.from(original);
  const first = before.find((unit) => unit.leaves.some((leaf) => holds(leaf, bytes)));
  if (!first) return { kind: 'this_call' };
  const { stage, path, tool } = first;
  if (stage === 'tool_result') return { kind: 'tool_result', path, ...(tool ? { tool: tool.name } : {}) };
  return {
    kind: stage === 'past_call' ? 'past_call' : stage === 'tool_definition' ? 'tool_definition' : 'prompt',
    path,
  };
}

const holds = ({ bytes, start, end }: Leaf, value: Buffer): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).includes(value);

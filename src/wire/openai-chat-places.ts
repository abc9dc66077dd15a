/** Where the pieces of a streamed message stand in the message that they add up to. */
import type { Collector } from './collector.ts';
import { ARRAY, elements, endOf, kindOf, member, STRING, startOf, stringMember } from './json.ts';
import { indexOf, type Place, parts } from './openai-chat-messages.ts';
import type { Shape } from './shape.ts';
import type { Spot } from './spot.ts';
import { pointer } from './units.ts';

/** A call that streams under some index. */
interface Streaming {
  readonly place: number;
  id: string;
  name: string;
}

/**
 * The place of a streamed call is its index, but some servers give one index to several calls: another id with a name,
 * or another name, begins a call there.
 */
export function callPlaces(): NonNullable<Place> {
  const messages = new Map<string, { open: Map<number, Streaming>; taken: Set<number>; last: number }>();
  return (call, i, { path }) => {
    const message = messages.get(path) ?? { open: new Map(), taken: new Set(), last: -1 };
    messages.set(path, message);
    const { open, taken } = message;
    const index = indexOf(call) ?? i;
    const known = open.get(index);
    const id = stringMember(call.doc, call.node, 'id') ?? '';
    const name = nameOf(call) ?? '';
    if (known && !isAnother(known, id, name)) {
      known.id ||= id;
      known.name ||= name;
      return known.place;
    }
    const place = taken.has(index) ? message.last + 1 : index;
    message.last = Math.max(message.last, place);
    open.set(index, { place, id, name });
    taken.add(place);
    return place;
  };
}

const isAnother = (known: Streaming, id: string, name: string): boolean =>
  name !== '' &&
  ((known.name !== '' && name !== known.name) || (known.id !== '' && id !== '' && id !== known.id));

function nameOf({ doc, node }: Spot): string | undefined {
  const body = member(doc, node, 'function') ?? member(doc, node, 'custom');
  return body === undefined ? undefined : stringMember(doc, body, 'name');
}

/** Parts that go on while the next one is of their type. */
const GROWING = new Set(['text', 'thinking']);

/** Content is a text that goes on, or (Mistral) comes in parts; text after parts is a part itself. */
export function contentPlaces(): Shape {
  const messages = new Map<string, { parts: number; type: string }>();
  return (spot, to) => {
    const { doc, node, path } = spot;
    const past = messages.get(path) ?? { parts: 0, type: '' };
    messages.set(path, past);
    const place = (type: string): string => {
      if (past.parts === 0 || type !== past.type || !GROWING.has(type)) past.parts++;
      past.type = type;
      return pointer(path, past.parts - 1);
    };
    if (kindOf(doc, node) === ARRAY)
      for (const part of elements(doc, node))
        parts({ doc, node: part, path: place(stringMember(doc, part, 'type') ?? ''), key: '' }, to);
    else if (past.parts > 0 && kindOf(doc, node) === STRING) textAfter(spot, place, to);
    else parts(spot, to);
  };
}

function textAfter(spot: Spot, place: (type: string) => string, to: Collector): void {
  if (endOf(spot.doc, spot.node) - startOf(spot.doc, spot.node) === 2) return;
  to.text({ ...spot, path: pointer(place('text'), 'text'), key: 'text' });
}

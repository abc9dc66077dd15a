/** A call whose arguments come in pieces by JSONPath (`streamFunctionCallArguments`), folded as the object that it becomes. */
import type { JsonValue, Leaf, Unit } from '../exchange.ts';
import type { CallHead, CallOrigin } from './calls.ts';
import { type Doc, jsonValue, kindOf, member, type Node, NULL, STRING, utf8 } from './json.ts';
import { type Step, stepsOf } from './json-path.ts';
import type { Spot } from './spot.ts';
import { joinTexts, pointer, type Text, textLeaf, textOf, tokenLeaf } from './units.ts';

/** A number of so many characters holds nothing. */
const SHORT = 5;

/** A value of which more may come. */
type Growing =
  | { readonly kind: 'string'; readonly texts: Text[] }
  | { readonly kind: 'token'; readonly doc: Doc; readonly node: Node; readonly isNull: boolean }
  | { readonly kind: 'object'; readonly members: Map<string, Named> }
  | { readonly kind: 'array'; readonly elements: Growing[] };

/** A member, and each place that says its key. */
interface Named {
  value: Growing;
  readonly keys: Text[];
}

export class PartialCall {
  private readonly head: CallHead;
  readonly spots: Spot[] = [];
  private readonly root: Growing = { kind: 'object', members: new Map() };

  constructor(head: CallHead) {
    this.head = head;
  }

  /** A part of the stream that belongs to this call. */
  at(spot: Spot): void {
    this.spots.push(spot);
  }

  /** One element of `partialArgs`; false where it does not fit what came before. */
  add(doc: Doc, piece: Node): boolean {
    const path = member(doc, piece, 'jsonPath');
    if (path === undefined || kindOf(doc, path) !== STRING) return false;
    const text = textOf(doc, path);
    const steps = stepsOf(utf8(text.bytes, text.start, text.end));
    return (
      steps !== undefined &&
      steps.length > 0 &&
      put(this.root, steps, text, (was) => grow(was, doc, piece, steps))
    );
  }

  unit(): Unit {
    const { path, name = '', id } = this.head;
    const origin: CallOrigin = { path, spots: this.spots };
    const { root } = this;
    return {
      stage: 'tool_call',
      path: `${path}/args`,
      tool: { name },
      ...(id === undefined ? {} : { callId: id }),
      leaves: leavesOf(root, `${path}/args`),
      values: (see) => [told(root, see)],
      scalars: () => scalarsOf(root, `${path}/args`),
      origin,
    };
  }
}

type Change = (was: Growing | undefined) => Growing | undefined;

/** Changes the value at the end of the steps, and makes the way to it. */
function put(into: Growing, [step, ...rest]: readonly Step[], text: Text, change: Change): boolean {
  if (!step || step.kind === 'end') return false;
  const next: Change =
    rest.length === 0 || rest[0]!.kind === 'end'
      ? change
      : (was) => {
          const inner = was ?? emptyFor(rest[0]!);
          return put(inner, rest, text, change) ? inner : undefined;
        };
  if (step.kind === 'index') {
    if (into.kind !== 'array' || step.index > into.elements.length) return false;
    const value = next(into.elements[step.index]);
    if (value) into.elements[step.index] = value;
    return value !== undefined;
  }
  if (into.kind !== 'object') return false;
  const known = into.members.get(step.name);
  const value = next(known?.value);
  if (!value) return false;
  const key = {
    ...text,
    start: text.start + step.start,
    end: text.start + step.end,
    pieces: shifted(text, step.start),
  };
  if (known) known.value = value;
  into.members.set(step.name, known ?? { value, keys: [] });
  into.members.get(step.name)!.keys.push(key);
  return true;
}

const shifted = ({ pieces }: Text, by: number): Text['pieces'] =>
  pieces.map((piece) => ({ ...piece, from: piece.from - by, to: piece.to - by }));

const emptyFor = (step: Step): Growing =>
  step.kind === 'name' ? { kind: 'object', members: new Map() } : { kind: 'array', elements: [] };

/** What the piece makes of the value: strings grow, anything else comes once. */
function grow(was: Growing | undefined, doc: Doc, piece: Node, steps: readonly Step[]): Growing | undefined {
  const text = member(doc, piece, 'stringValue');
  if (text !== undefined && kindOf(doc, text) === STRING) {
    if (was && was.kind !== 'string') return undefined;
    const value = was ?? { kind: 'string', texts: [] };
    value.texts.push(textOf(doc, text));
    return value;
  }
  for (const name of ['numberValue', 'boolValue', 'nullValue']) {
    const node = member(doc, piece, name);
    if (node === undefined || (kindOf(doc, node) === NULL && name !== 'nullValue')) continue;
    return was ? undefined : { kind: 'token', doc, node, isNull: name === 'nullValue' };
  }
  return (
    was ??
    emptyFor(steps.at(-1)!.kind === 'end' ? { kind: 'end' } : { kind: 'name', name: '', start: 0, end: 0 })
  );
}

function told(value: Growing, see?: (text: string) => string): JsonValue {
  switch (value.kind) {
    case 'string': {
      const { bytes, start, end } = joinTexts(value.texts);
      const text = utf8(bytes, start, end);
      return see ? see(text) : text;
    }
    case 'token':
      return value.isNull ? null : jsonValue(value.doc, value.node);
    case 'array':
      return value.elements.map((each) => told(each, see));
    default: {
      const object: Record<string, JsonValue> = Object.create(null);
      for (const [key, each] of value.members) object[key] = told(each.value, see);
      return object;
    }
  }
}

function leavesOf(value: Growing, path: string, key?: string): Leaf[] {
  switch (value.kind) {
    case 'string': {
      const text = joinTexts(value.texts);
      return text.end > text.start ? [textLeaf(text, path, key)] : [];
    }
    case 'token': {
      const leaf = tokenLeaf(value.doc, value.node, path, key);
      return !value.isNull && leaf.end - leaf.start > SHORT ? [leaf] : [];
    }
    case 'array':
      return value.elements.flatMap((each, i) => leavesOf(each, pointer(path, i), key));
    default:
      return [...value.members].flatMap(([name, each]) => {
        const below = pointer(path, name);
        return [...keyLeaf(each.keys, below), ...leavesOf(each.value, below, name)];
      });
  }
}

/** Tokens that are no leaves. How null is said has no other value. */
function scalarsOf(value: Growing, path: string): Leaf[] {
  if (value.kind === 'array') return value.elements.flatMap((each, i) => scalarsOf(each, pointer(path, i)));
  if (value.kind === 'object')
    return [...value.members].flatMap(([name, each]) => scalarsOf(each.value, pointer(path, name)));
  const leaf = value.kind === 'token' && !value.isNull ? tokenLeaf(value.doc, value.node, path) : undefined;
  return leaf && leaf.end - leaf.start <= SHORT ? [leaf] : [];
}

/** A key is said with each piece. It is looked at and never altered: paths would break. */
function keyLeaf([first, ...again]: readonly Text[], path: string): Leaf[] {
  if (!first || first.end - first.start < 5) return [];
  const leaf = textLeaf(first, path, undefined, true);
  const echoes = again.map(({ pieces }) => ({ pieces }));
  return [
    { ...leaf, kind: 'key', origin: { pieces: first.pieces, ...(echoes.length > 0 ? { echoes } : {}) } },
  ];
}

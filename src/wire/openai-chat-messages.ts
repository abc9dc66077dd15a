/** Messages of Chat Completions, as they stand in requests and in answers, and the answer around them. */
import type { CallHead } from './calls.ts';
import type { Collector } from './collector.ts';
import { kindOf, NULL, numberMember, OBJECT, stringMember } from './json.ts';
import { isSigned } from './sealed.ts';
import {
  all,
  by,
  each,
  elsewhere,
  mediaUrl,
  membersAmong,
  object,
  partKind,
  type Shape,
  sealed,
  signable,
  skip,
  text,
} from './shape.ts';
import type { Spot } from './spot.ts';
import { pointer } from './units.ts';

const image = object({ url: mediaUrl, detail: skip });

const part = object({
  type: partKind,
  ...all(['detail', 'file_id', 'cache_control', 'format'], skip),
  image_url: (spot, to) => (kindOf(spot.doc, spot.node) === OBJECT ? image : mediaUrl)(spot, to),
  input_audio: object({ data: sealed, format: skip }),
  file: object({ file_data: sealed, file_id: skip }),
  thinking: (spot, to) => parts(spot, to),
});

export const parts: Shape = each((spot, to) =>
  (kindOf(spot.doc, spot.node) === OBJECT ? part : text)(spot, to),
);

/**
 * A call of a tool. In a stream, its index says which call it is a piece of. Some servers say name and arguments
 * without a body around them; where there are two bodies, a reader may take either.
 */
export const call: Shape = (spot, to) => {
  const { doc, node, path } = spot;
  if (kindOf(doc, node) === NULL) return;
  const index = `${path.slice(0, path.lastIndexOf('/'))} ${indexOf(spot)}`;
  const head = { spot, path, index, id: stringMember(doc, node, 'id') || undefined };
  const bodies = membersAmong(spot, BODIES);
  for (const body of bodies)
    callBody(body, { ...head, name: stringMember(doc, body.node, 'name') }, to, aroundInputs);
  if (bodies.length === 0 || membersAmong(spot, SAID).length > 0)
    callBody(spot, { ...head, name: stringMember(doc, node, 'name') }, to, aroundAll);
  else aroundAll(spot, to);
};

const BODIES = ['function', 'custom'];

/** `name` and its arguments: JSON in a string, or a custom tool's free text; `around` reads the rest. */
function callBody(spot: Spot, head: CallHead, to: Collector, around: Shape): void {
  const inputs = membersAmong(spot, INPUTS);
  for (const input of inputs) {
    const form = input.key === 'input' ? 'free' : 'json';
    to.call(head, input, kindOf(input.doc, input.node) === OBJECT ? 'object' : form);
  }
  if (inputs.length === 0) to.call(head);
  around(spot, to);
}

const INPUTS = ['arguments', 'input'];
const SAID = ['name', ...INPUTS];
const INSIDE = { ...all(['id', 'index', 'type', 'name'], skip), ...all(INPUTS, elsewhere) };
const aroundInputs = object(INSIDE);
const aroundAll = object({ ...INSIDE, ...all(BODIES, elsewhere) });

/** Some servers say with every message that no function is called. */
const legacyCall: Shape = (spot, to) => {
  const { doc, node, path } = spot;
  const name = stringMember(doc, node, 'name');
  const isNone = name === '' && stringMember(doc, node, 'arguments') === '' && !to.callAt(path);
  if (isNone) object(all(['name', 'arguments'], skip))(spot, to);
  else if (kindOf(doc, node) !== NULL) callBody(spot, { spot, path, name }, to, aroundInputs);
};

const result =
  (name: (spot: Spot, to: Collector) => string | undefined): Shape =>
  (spot, to) => {
    const callId = stringMember(spot.doc, spot.node, 'tool_call_id');
    const tool = name(spot, to) ?? to.names.get(callId ?? '');
    object({
      ...all(['role', 'name', 'tool_call_id'], skip),
      content: (content) => to.resultOf(tool, callId, () => parts(content, to)),
    })(spot, to);
  };

export const indexOf = ({ doc, node }: Spot): number | undefined => numberMember(doc, node, 'index');

/** What a model thought; where its provider signed it, which a stream says after the text, it stays as it is. */
const reasoning: Shape = (spot, to) => {
  if (isSigned(spot)) to.seal(pointer(spot.path, 'text'));
  thought(spot, to);
};

const thought = object({
  ...all(['type', 'id', 'format', 'index'], skip),
  ...all(['signature', 'data'], sealed),
  text: signable,
});

/** Where a call stands among those of its message: a piece of one, or the next. */
export type Place = Parameters<typeof each>[1];

export const spokenWith = (place: Place, content: Shape): Shape =>
  object({
    role: skip,
    content,
    tool_calls: each(call, place),
    function_call: legacyCall,
    audio: object({ id: skip, data: sealed, expires_at: skip }),
    ...all(['refusal', 'reasoning', 'reasoning_content', 'annotations', 'citations'], text),
    reasoning_details: each(reasoning, indexOf),
  });

export const spoken = spokenWith(indexOf, parts);

export const message: Shape = by(
  'role',
  {
    tool: result(() => undefined),
    function: result((spot) => stringMember(spot.doc, spot.node, 'name')),
  },
  spoken,
);

/** Some servers say in each chunk all that was said so far: it goes where any of it is altered. */
const soFar: Shape = (spot, to) => {
  to.text(spot);
  to.shadow(above(spot), spot);
};

const above = ({ path }: Spot): string => path.slice(0, path.lastIndexOf('/'));

const CHOICE = all(
  ['index', 'finish_reason', 'content_filter_results', 'native_finish_reason', 'stop_reason'],
  skip,
);

/** What a choice of a Completions answer says; `rest` is what more it has. */
export const choiceWith = (rest: Readonly<Record<string, Shape>>): Shape =>
  object({ ...rest, ...CHOICE, logprobs: (spot, to) => to.shadow(above(spot), spot) });

const choice = (body: 'message' | 'delta', says: Shape): Shape =>
  choiceWith({
    ...(body === 'delta' ? { message: soFar } : {}),
    [body]: (spot, to) => says({ ...spot, path: pointer(above(spot), 'message') }, to),
  });

/** The answer around its choices. */
export const around = (choice: Shape): Shape =>
  object({
    ...all(
      ['id', 'object', 'created', 'model', 'system_fingerprint', 'service_tier', 'usage', 'obfuscation', 'p'],
      skip,
    ),
    ...all(['prompt_filter_results', 'provider', 'x_groq', 'timings'], skip),
    choices: each(choice, indexOf),
  });

export const answer = (body: 'message' | 'delta', says: Shape): Shape => around(choice(body, says));

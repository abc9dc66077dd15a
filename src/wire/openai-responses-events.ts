/** What each event of a Responses stream tells, and where that stands in the response (API reference: Streaming events). */
import type { ArgumentsForm } from './calls.ts';
import type { Collector } from './collector.ts';
import { ARRAY, elements, kindOf, members, numberMember, stringMember } from './json.ts';
import { error, response } from './openai-responses-bodies.ts';
import { annotation, item, logprobs, part } from './openai-responses-items.ts';
import { all, looseKey, object, type Shape, sealed, skip, text, textAs } from './shape.ts';
import type { Spot } from './spot.ts';
import { pointer } from './units.ts';

/** An event, and the place of the item that it speaks of. */
interface Place {
  readonly event: Spot;
  readonly item: string;
}

/** Reads a member of an event at the place where the response has it. */
type Tell = (value: Spot, to: Collector, place: Place) => void;

/** Steps below the item; `#name` is an index that the event says under that name. */
const spotAt = (value: Spot, { event, item }: Place, steps: readonly string[]): Spot => ({
  ...value,
  path: steps.reduce(
    (path, step) => pointer(path, step[0] === '#' ? numberAt(event, step.slice(1)) : step),
    item,
  ),
  key: steps.findLast((step) => step[0] !== '#') ?? '',
});

const numberAt = ({ doc, node }: Spot, name: string): number => numberMember(doc, node, name) ?? 0;

const at =
  (steps: readonly string[], shape: Shape): Tell =>
  (value, to, place) =>
    shape(spotAt(value, place, steps), to);

/** A call's arguments; who is called was said when its item was added. */
const input =
  (steps: readonly string[], form: ArgumentsForm, kind: { remote?: true; stretch?: true } = {}): Tell =>
  (value, to, place) => {
    const { event, item: path } = place;
    const known = to.callAt(path);
    const name = stringMember(event.doc, event.node, 'name') ?? known?.name;
    to.call({ ...kind, ...known, spot: event, path, name }, spotAt(value, place, steps), form);
  };

const CONTENT = ['content', '#content_index'];
const SUMMARY = ['summary', '#summary_index'];
const PRINTED = ['output', '#command_index'];

const printed = object({ outcome: skip }, textAs('tool_result'));

/** One entry of a shell's output, though it comes as a list. */
const entry: Shape = (spot, to) => {
  const { doc, node } = spot;
  for (const each of kindOf(doc, node) === ARRAY ? elements(doc, node) : [node])
    printed({ ...spot, node: each }, to);
};

const tokens = at([...CONTENT, 'logprobs'], logprobs);

/** Texts come in deltas, then whole. */
const told = (name: string, whole: string, tell: Tell): Record<string, Record<string, Tell>> => ({
  [`response.${name}.added`]: { [whole]: tell },
  [`response.${name}.delta`]: { delta: tell, logprobs: tokens },
  [`response.${name}.done`]: { [whole]: tell, logprobs: tokens },
});

const EVENTS: Readonly<Record<string, Readonly<Record<string, Tell>>>> = {
  ...told('content_part', 'part', at(CONTENT, part)),
  ...told('reasoning_part', 'part', at(CONTENT, part)),
  ...told('reasoning_summary_part', 'part', at(SUMMARY, part)),
  ...told('output_text', 'text', at([...CONTENT, 'text'], text)),
  ...told('refusal', 'refusal', at([...CONTENT, 'refusal'], text)),
  ...told('reasoning_text', 'text', at([...CONTENT, 'text'], text)),
  ...told('reasoning_summary_text', 'text', at([...SUMMARY, 'text'], text)),
  ...told(
    'output_text.annotation',
    'annotation',
    at([...CONTENT, 'annotations', '#annotation_index'], annotation),
  ),
  ...told('function_call_arguments', 'arguments', input(['arguments'], 'json')),
  ...told('custom_tool_call_input', 'input', input(['input'], 'free')),
  ...told('mcp_call_arguments', 'arguments', input(['arguments'], 'json', { remote: true })),
  ...told('code_interpreter_call_code', 'code', input(['code'], 'free', { remote: true })),
  ...told(
    'shell_call_command',
    'command',
    input(['action', 'commands', '#command_index'], 'free', { stretch: true }),
  ),
  ...told('apply_patch_call_operation_diff', 'diff', input(['operation', 'diff'], 'free', { stretch: true })),
  ...told('shell_call_output_content', 'output', at(PRINTED, entry)),
  'response.image_generation_call.partial_image': { partial_image_b64: sealed },
  'response.audio.delta': { delta: sealed },
  error: { code: skip, param: skip, message: text, error },
};

/** What any event may have. */
const COMMON: Readonly<Record<string, Tell>> = {
  ...all(
    [
      'type',
      'sequence_number',
      'output_index',
      'content_index',
      'summary_index',
      'annotation_index',
      'command_index',
      'partial_image_index',
      'item_id',
      'response_id',
      'stream_id',
      'obfuscation',
      'name',
      'call_id',
      'status',
    ],
    skip,
  ),
  response: (value, to) => response({ ...value, path: '' }, to),
  item: at([], item),
};

/** Reads one event; what no reference names is text, which may come in pieces from one event to the next. */
export function hear(event: Spot, kind: string, index: number | undefined, to: Collector): void {
  const { doc, node } = event;
  const place = { event, item: `/output/${index ?? 0}` };
  const loose = `${pointer('/events', kind)}/${index ?? 0}`;
  const own = Object.hasOwn(EVENTS, kind) ? EVENTS[kind]! : {};
  const read = () => {
    for (const { key, keyNode, value } of members(doc, node)) {
      const tell = Object.hasOwn(own, key) ? own[key]! : Object.hasOwn(COMMON, key) ? COMMON[key]! : stray;
      if (tell === skip) continue;
      if (tell === stray) looseKey({ ...event, path: loose }, key, keyNode, to);
      tell({ doc, node: value, path: pointer(loose, key), key }, to, place);
    }
  };
  if (/\.(added|delta)$/.test(kind)) read();
  else to.again(read);
}

const stray: Tell = (value, to) => text(value, to);

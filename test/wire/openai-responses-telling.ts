/** Tells a whole response as OpenAI streams it, its texts cut into the pieces that a test asks for. */
import type { Json } from './openai-responses-reading.ts';

/** Cuts a text in pieces. */
export type Cut = (text: string) => string[];

const whole: Cut = (text) => [text];
export const letters: Cut = (text) => [...text];

/** The events of a response, from `created` to `completed`. */
export function tell(response: Json, cut: Cut = whole): Json[] {
  const early = { ...response, status: 'in_progress', output: [] };
  const events = [
    { type: 'response.created', response: early },
    { type: 'response.in_progress', response: early },
    ...response.output.flatMap((item: Json, i: number) => tellItem(item, i, cut)),
    { type: 'response.completed', response },
  ];
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
}

function tellItem(item: Json, output_index: number, cut: Cut): Json[] {
  const place = { output_index, item_id: item.id };
  return [
    { type: 'response.output_item.added', output_index, item: { ...item, ...begun(item) } },
    ...middle(item, place, cut),
    { type: 'response.output_item.done', output_index, item },
  ];
}

/** What of an item is known when it is added. */
function begun(item: Json): Json {
  const early: Json = { status: 'in_progress' };
  for (const [key, value] of Object.entries({
    arguments: '',
    input: '',
    code: '',
    output: null,
    content: [],
  }))
    if (key in item && typeof item[key] === typeof value) early[key] = value;
  if (item.summary) Object.assign(early, { summary: [], content: [] });
  if (item.action?.commands) early.action = { ...item.action, commands: [] };
  if (item.operation?.diff) early.operation = { ...item.operation, diff: '' };
  return item.status === undefined ? { ...early, status: undefined } : early;
}

function middle(item: Json, place: Json, cut: Cut): Json[] {
  switch (item.type) {
    case 'message':
      return parts(item.content, place, 'content', cut);
    case 'reasoning':
      return [
        ...parts(item.summary, place, 'summary', cut),
        ...parts(item.content ?? [], place, 'content', cut),
      ];
    case 'function_call':
      return text('function_call_arguments', 'arguments', item.arguments, place, cut);
    case 'mcp_call':
      return text('mcp_call_arguments', 'arguments', item.arguments, place, cut);
    case 'custom_tool_call':
      return text('custom_tool_call_input', 'input', item.input, place, cut);
    case 'code_interpreter_call':
      return text('code_interpreter_call_code', 'code', item.code, place, cut);
    case 'apply_patch_call':
      return text('apply_patch_call_operation_diff', 'diff', item.operation.diff, place, cut);
    case 'shell_call':
      return item.action.commands.flatMap((command: string, command_index: number) => [
        { type: 'response.shell_call_command.added', ...place, command_index, command: '' },
        ...text('shell_call_command', 'command', command, { ...place, command_index }, cut),
      ]);
    default:
      return [];
  }
}

const NAMES: Readonly<Record<string, [part: string, text: string, member: string]>> = {
  output_text: ['content_part', 'output_text', 'text'],
  refusal: ['content_part', 'refusal', 'refusal'],
  reasoning_text: ['reasoning_part', 'reasoning_text', 'text'],
  summary_text: ['reasoning_summary_part', 'reasoning_summary_text', 'text'],
};

function parts(list: Json[], place: Json, where: 'content' | 'summary', cut: Cut): Json[] {
  return list.flatMap((part, i) => {
    const [name, kind, member] = NAMES[part.type]!;
    const own = { ...place, [`${where}_index`]: i };
    const empty = { ...part, [member]: '', ...(part.annotations ? { annotations: [] } : {}) };
    return [
      { type: `response.${name}.added`, ...own, part: empty },
      ...text(kind, member, part[member], own, cut),
      ...(part.annotations ?? []).map((annotation: Json, annotation_index: number) => ({
        type: 'response.output_text.annotation.added',
        ...own,
        annotation_index,
        annotation,
      })),
      { type: `response.${name}.done`, ...own, part },
    ];
  });
}

const text = (kind: string, member: string, value: string, place: Json, cut: Cut): Json[] => [
  ...cut(value).map((delta) => ({ type: `response.${kind}.delta`, ...place, delta })),
  { type: `response.${kind}.done`, ...place, [member]: value },
];

/** The output that deltas alone add up to. */
export function fold(events: readonly Json[]): Json[] {
  const output: Json[] = [];
  for (const event of events) {
    const { type, output_index: i, item, part, delta } = event;
    if (type === 'response.output_item.added') output[i] = structuredClone(item);
    else if (/part\.added$/.test(type)) output[i][inside(event)][indexOf(event)] = structuredClone(part);
    else if (typeof delta === 'string') append(output[i], event);
    else if (type === 'response.output_text.annotation.added')
      output[i].content[event.content_index].annotations.push(event.annotation);
  }
  return output;
}

const inside = (event: Json): string => (event.summary_index === undefined ? 'content' : 'summary');
const indexOf = (event: Json): number => event.summary_index ?? event.content_index;

function append(item: Json, event: Json): void {
  const { type, delta, command_index } = event;
  if (/shell_call_command/.test(type))
    item.action.commands[command_index] = (item.action.commands[command_index] ?? '') + delta;
  else if (/operation_diff/.test(type)) item.operation.diff += delta;
  else if (/_arguments/.test(type)) item.arguments += delta;
  else if (/custom_tool/.test(type)) item.input += delta;
  else if (/interpreter/.test(type)) item.code += delta;
  else item[inside(event)][indexOf(event)][/refusal/.test(type) ? 'refusal' : 'text'] += delta;
}

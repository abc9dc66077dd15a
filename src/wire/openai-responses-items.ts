/** Items of Responses: messages, calls and their results, reasoning, and whatever else input and output consist of. */
import type { ArgumentsForm, CallHead } from './calls.ts';
import { kindOf, NULL, STRING, stringMember } from './json.ts';
import { isContained, listed, tools } from './openai-responses-tools.ts';
import { all, by, each, mediaUrl, object, partKind, type Shape, sealed, skip, text } from './shape.ts';
import type { Spot } from './spot.ts';

/** Members that any item may have: ids, enumerations. */
const KNOWN = all(
  ['type', 'id', 'call_id', 'status', 'role', 'phase', 'namespace', 'caller', 'async', 'created_by'],
  skip,
);

export const annotation = object({
  ...all(['type', 'file_id', 'container_id', 'index', 'start_index', 'end_index'], skip),
  ...all(['title', 'url', 'filename'], text),
});

/** Log probabilities tell the text beside them once more, token by token. */
export const logprobs: Shape = (spot, to) => to.shadow(spot.path.slice(0, spot.path.lastIndexOf('/')), spot);

/** One part of a message, of a result or of reasoning. */
export const part = by(
  'type',
  {
    input_audio: object({ type: skip, input_audio: object({ data: sealed, format: skip }) }),
    output_audio: object({ type: skip, data: sealed, transcript: text }),
  },
  object({
    type: partKind,
    ...all(['detail', 'file_id', 'prompt_cache_breakpoint'], skip),
    ...all(['text', 'refusal', 'filename'], text),
    ...all(['image_url', 'file_url'], mediaUrl),
    file_data: sealed,
    annotations: each(annotation),
    logprobs,
    encrypted_content: sealed,
  }),
);

const message = object({ ...KNOWN, content: each(part) });

const reasoning = object({
  ...KNOWN,
  summary: each(part),
  content: each(part),
  encrypted_content: sealed,
});

/** Where the several kinds of calls have what they are called with. */
const INPUTS: Readonly<Record<string, ArgumentsForm>> = {
  arguments: 'json',
  input: 'free',
  code: 'free',
  action: 'object',
  actions: 'object',
  operation: 'object',
  queries: 'object',
  revised_prompt: 'free',
};

const check = each(object({ ...all(['id', 'code'], skip), message: text }));

interface CallKind {
  readonly remote?: true;
  /** Members in which the provider tells what came of it. */
  readonly results?: Readonly<Record<string, Shape>>;
}

/** A call, named or of the name that its type says: `shell_call` calls `shell`. */
const call =
  ({ remote, results = {} }: CallKind = {}): Shape =>
  (spot, to) => {
    const head = headOf(spot, remote ?? runsThere(spot));
    let heard = false;
    const input =
      (form: ArgumentsForm): Shape =>
      (value) => {
        if (kindOf(value.doc, value.node) === NULL) return;
        heard = true;
        to.call(head, value, form);
      };
    object({
      ...KNOWN,
      ...all(['name', 'server_label', 'approval_request_id', 'container_id', 'execution'], skip),
      environment: object(all(['type', 'container_id'], skip)),
      pending_safety_checks: check,
      ...mapped(INPUTS, input),
      ...mapped(results, (shape) => (value) => to.resultOf(head.name, head.id, () => shape(value, to))),
    })(spot, to);
    if (!heard) to.call(head);
  };

const mapped = <From, To>(
  record: Readonly<Record<string, From>>,
  map: (from: From) => To,
): Record<string, To> => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

function headOf(spot: Spot, remote: boolean): CallHead {
  const { doc, node, path } = spot;
  const name =
    stringMember(doc, node, 'name') || (stringMember(doc, node, 'type') ?? '').replace(/_call$/, '');
  return { spot, path, name, id: idOf(spot), remote };
}

const idOf = ({ doc, node }: Spot): string | undefined =>
  stringMember(doc, node, 'call_id') || stringMember(doc, node, 'id') || undefined;

/** Some kinds of calls run here or there. */
const runsThere = (spot: Spot): boolean =>
  isContained(spot) || stringMember(spot.doc, spot.node, 'execution') === 'server';

/** Text, or structure: both are what a policy's conditions read as `result`. */
const result: Shape = (spot, to) => {
  if (kindOf(spot.doc, spot.node) !== NULL) to.text(spot, to.stage, RESULT);
};

const RESULT = { skip: new Set(['type', 'file_id', 'container_id']), numbers: true };

const parts: Shape = (spot, to) => (kindOf(spot.doc, spot.node) === STRING ? result : each(part))(spot, to);

const picture = object({ ...all(['type', 'file_id'], skip), image_url: mediaUrl });

const drawn = each(object({ type: skip, url: mediaUrl }));

/** What an app, or the provider, says came of a call. */
const outcome =
  (shape: Shape): Shape =>
  (spot, to) => {
    const id = idOf(spot);
    const type = stringMember(spot.doc, spot.node, 'type') ?? '';
    const name = to.names.get(id ?? '') ?? nameOfKind(type);
    const told: Shape = (value) => to.resultOf(name, id, () => shape(value, to));
    object({
      ...KNOWN,
      ...all(['max_output_length', 'execution'], skip),
      acknowledged_safety_checks: check,
      output: told,
      result: told,
    })(spot, to);
  };

/** `shell_call_output` is of `shell`; a function's or custom tool's result says no name. */
const nameOfKind = (type: string): string | undefined =>
  /^(function|custom_tool)_/.test(type) ? undefined : type.replace(/(_call)?_output$/, '');

/** The provider holds the item, and perhaps tools with it. */
const stored: Shape = (spot, to) => {
  to.offersMore = true;
  object(KNOWN)(spot, to);
};

const remote = (results?: Readonly<Record<string, Shape>>): Shape =>
  call({ remote: true, ...(results ? { results } : {}) });

const KINDS: Readonly<Record<string, Shape>> = {
  message,
  reasoning,
  compaction: object({ ...KNOWN, encrypted_content: sealed }),
  item_reference: stored,
  program: object({ ...KNOWN, fingerprint: sealed }),
  program_output: outcome(result),

  function_call: call(),
  custom_tool_call: call(),
  shell_call: call(),
  local_shell_call: call(),
  apply_patch_call: call(),
  computer_call: call(),
  tool_search_call: call(),
  mcp_approval_request: call(),
  mcp_call: remote({ output: result, error: result }),
  web_search_call: remote({ results: result }),
  x_search_call: remote({ results: result }),
  file_search_call: remote({ results: result }),
  code_interpreter_call: remote({ outputs: drawn }),
  image_generation_call: remote({ result: sealed }),

  function_call_output: outcome(parts),
  custom_tool_call_output: outcome(parts),
  shell_call_output: outcome(result),
  local_shell_call_output: outcome(result),
  apply_patch_call_output: outcome(result),
  computer_call_output: outcome(picture),
  mcp_approval_response: object({ ...KNOWN, approval_request_id: skip, approve: skip }),
  additional_tools: object({ ...KNOWN, tools }),
  tool_search_output: object({ ...KNOWN, execution: skip, tools }),
  mcp_list_tools: object({ ...KNOWN, server_label: skip, tools: listed }),
};

const unknown: Shape = (spot, to) => {
  const type = stringMember(spot.doc, spot.node, 'type') ?? '';
  if (type.endsWith('_call')) return call()(spot, to);
  object({ ...KNOWN, type: partKind, encrypted_content: sealed, content: each(part) })(spot, to);
};

/** An item; one without a type is a message, or refers to a stored one by its id alone. */
export const item: Shape = (spot, to) => {
  const { doc, node } = spot;
  const [type, role, id] = ['type', 'role', 'id'].map((name) => stringMember(doc, node, name));
  const untyped = role === undefined && id !== undefined ? stored : message;
  by('type', KINDS, type === undefined ? untyped : unknown)(spot, to);
};

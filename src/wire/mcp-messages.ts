/** Messages of MCP (schema: JSONRPCMessage), from the app to the server and back. */
import type { Asked, AskedById } from './codec.ts';
import type { Collector } from './collector.ts';
import {
  endOf,
  kindOf,
  latin1,
  member,
  members,
  NULL,
  numberMember,
  OBJECT,
  STRING,
  startOf,
  stringMember,
} from './json.ts';
import { all, by, each, elsewhere, object, type Shape, sealed, skip, text } from './shape.ts';
import type { Spot } from './spot.ts';
import { describeTool } from './tools.ts';
import { leavesOf, pointer, readings } from './units.ts';

/** Somebody's words, or values of any shape: nothing in them is a call. */
const words: Shape = (spot, to) => {
  if (kindOf(spot.doc, spot.node) === STRING) to.text(spot);
  else to.walk(spot, to.stage);
};

const NAMES = all(['type', 'mimeType', 'role', 'size', 'priority', 'lastModified'], skip);

const resource = object({ ...NAMES, blob: sealed }, words);
const media = object({ ...NAMES, data: sealed }, words);

/** Text, media, a resource or a link to one. */
const block: Shape = (spot, to) => (kindOf(spot.doc, spot.node) === OBJECT ? blocks : words)(spot, to);
const blocks = by('type', { image: media, audio: media }, object({ ...NAMES, resource }, words));

const said = { messages: each(object({ role: skip, content: each(block) }, words)) };

/** Opaque words of the server to itself. */
const SEALED = all(['cursor', 'nextCursor', 'requestState'], sealed);

const params = {
  ...all(['protocolVersion', 'capabilities', 'progressToken', 'progress', 'total', 'level'], skip),
  ...all(['requestId', 'taskId', 'mode', 'maxTokens', 'temperature', 'includeContext', 'name'], skip),
  ...SEALED,
  ...said,
  _meta: object({ progressToken: skip }, words),
};
const anyParams = object(params, words);
const callParams = object({ ...params, arguments: elsewhere }, words);

const listed: Shape = (spot, to) => {
  const { doc, node } = spot;
  const [name, description] = [stringMember(doc, node, 'name'), stringMember(doc, node, 'description')];
  describeTool(spot, to, { name, description, listed: true });
};

const given = {
  ...all(['protocolVersion', 'capabilities', 'resultType', 'isError', 'ttlMs', 'cacheScope'], skip),
  ...all(['role', 'model', 'stopReason', 'action'], skip),
  ...SEALED,
  ...said,
  content: each(block),
  contents: each(resource),
};
/** What the app answers a server that asked it: what a model or a person said. */
const reply = object(given, words);

const error = object({ code: skip, message: text, data: words });

/** What a server answers: its tools, what a call gave, texts. */
const resultOf = (asked: Asked | undefined, id: string): Shape => {
  const within =
    (shape: Shape): Shape =>
    (spot, to) =>
      to.resultOf(asked?.tool, id, () => shape(spot, to));
  return object(
    {
      ...given,
      tools: each(listed),
      content: within(each(block)),
      structuredContent: (spot, to) => to.result(spot, asked?.tool, id),
    },
    words,
  );
};

/** The id goes back to whoever asked: it stays as it is. */
const id: Shape = (spot, to) => {
  if (kindOf(spot.doc, spot.node) === STRING) to.signed(spot);
};

const ENVELOPE = { jsonrpc: skip, method: skip, id, error };

/** A message; `asked` are those that it may answer. */
export function readMessage(spot: Spot, to: Collector, asked?: AskedById): void {
  const { doc, node } = spot;
  const call = to.side === 'request' && stringMember(doc, node, 'method') === 'tools/call';
  const of = idOf(spot);
  const result = to.side === 'request' ? reply : resultOf(asked?.get(of), of);
  const given: Shape = call ? (inner) => readCall(inner, of, to) : anyParams;
  object({ ...ENVELOPE, params: given, result }, words)(spot, to);
  if (call && member(doc, node, 'params') === undefined) tellCall(spot, undefined, '', of, to);
}

/** The server is outside: a call leaves the app, with the values that the tool needs. */
function readCall(spot: Spot, id: string, to: Collector): void {
  const { doc, node, path } = spot;
  callParams(spot, to);
  const found =
    kindOf(doc, node) === OBJECT ? members(doc, node).find(({ key }) => key === 'arguments') : undefined;
  const given = found && { doc, node: found.value, path: pointer(path, 'arguments'), key: 'arguments' };
  tellCall(spot, given, stringMember(doc, node, 'name') ?? '', id, to);
}

function tellCall(
  { path }: Spot,
  given: Spot | undefined,
  name: string,
  callId: string,
  to: Collector,
): void {
  const none = !given || kindOf(given.doc, given.node) === NULL;
  to.unit({
    stage: 'tool_call',
    path: given?.path ?? pointer(path, 'arguments'),
    tool: { name },
    callId,
    leaves: given ? leavesOf(given.doc, given.node, given.path) : [],
    values: none ? () => [{}] : readings(given.doc, given.node),
  });
}

/** Does it want an answer? */
export const isRequest = ({ doc, node }: Spot): boolean =>
  stringMember(doc, node, 'method') !== undefined &&
  (stringMember(doc, node, 'id') ?? numberMember(doc, node, 'id')) !== undefined;

export function requestOf({ doc, node }: Spot): Asked {
  const method = stringMember(doc, node, 'method')!;
  const params = member(doc, node, 'params');
  const tool =
    method === 'tools/call' && params !== undefined ? stringMember(doc, params, 'name') : undefined;
  return { method, ...(tool === undefined ? {} : { tool }) };
}

/** As it stands in the body; '' where there is none. */
export function idOf({ doc, node }: Spot): string {
  const id = member(doc, node, 'id');
  return id === undefined ? '' : latin1(doc.bytes, startOf(doc, id), endOf(doc, id));
}

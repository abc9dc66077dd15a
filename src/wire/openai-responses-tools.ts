/** What a Responses request offers: functions, free-text tools, namespaces, MCP servers and OpenAI's own typed tools. */
import { ARRAY, elements, kindOf, member, STRING, stringMember, stringOf } from './json.ts';
import { all, by, each, mediaUrl, object, type Shape, sealed, skip } from './shape.ts';
import type { Spot } from './spot.ts';
import { describeTool, offerTool, tellTool, toolWords } from './tools.ts';

const tool: Shape = (spot, to) => {
  const hasName = stringMember(spot.doc, bodyOf(spot).node, 'name') !== undefined;
  by('type', { namespace, mcp }, hasName ? named : typed)(spot, to);
};

/** Tools that a request offers, in its head or later in its input, and that a response tells of. */
export const tools: Shape = each(tool);

/** Tools as an MCP server listed them. */
export const listed: Shape = each((spot, to) => offerTool(spot, to, spot, true));

const named: Shape = (spot, to) => offerTool(spot, to, bodyOf(spot));

/** Flat, or nested as in Chat Completions, which compatible servers take too. */
const bodyOf = (spot: Spot): Spot => {
  const node = member(spot.doc, spot.node, 'function') ?? member(spot.doc, spot.node, 'custom');
  return node === undefined ? spot : { ...spot, node };
};

const skill = object(
  {
    ...all(['type', 'skill_id', 'version'], skip),
    ...all(['name', 'description', 'path'], toolWords),
    source: object({ ...all(['type', 'media_type'], skip), data: sealed }),
  },
  toolWords,
);

const environment = object(
  { ...all(['type', 'container_id', 'file_ids', 'memory_limit'], skip), skills: each(skill) },
  toolWords,
);

const settings = object(
  {
    ...all(['type', 'vector_store_ids', 'execution', 'container', 'model', 'allowed_callers'], skip),
    ...all(['search_context_size', 'max_num_results', 'ranking_options'], skip),
    ...all(['description', 'parameters', 'user_location', 'filters'], toolWords),
    environment,
    input_image_mask: object({ file_id: skip, image_url: mediaUrl }),
  },
  toolWords,
);

/** Types that run at OpenAI; any other is the app's to run. */
const HOSTED =
  /^(web_search|file_search|code_interpreter|image_generation|programmatic_tool_calling|x_search)/;

/** A tool without a name offers the call that its type brings about. */
const typed: Shape = (spot, to) => {
  const { doc, node, path } = spot;
  const type = stringMember(doc, node, 'type') ?? '';
  const name = callName(type);
  const description = stringMember(doc, node, 'description');
  to.offer(name);
  tellTool(path, to, { name, description, remote: HOSTED.test(type) || isContained(spot) });
  settings(spot, to);
};

/** `web_search_preview_2025_03_11` brings about `web_search_call`, `computer_use_preview` `computer_call`. */
const callName = (type: string): string => type.replace(/(_use)?_preview.*$|_\d{4}_\d\d_\d\d$/, '');

/** A shell in a container of OpenAI's, not on the app's machine. */
export function isContained({ doc, node }: Spot): boolean {
  const environment = member(doc, node, 'environment');
  return environment !== undefined && /^container/.test(stringMember(doc, environment, 'type') ?? '');
}

const namespace: Shape = (spot, to) =>
  object({ ...all(['type', 'name'], skip), description: toolWords, tools }, toolWords)(spot, to);

/** An MCP server that OpenAI talks to; what a policy says of its tools is decided here or nowhere. */
const mcp: Shape = (spot, to) => {
  const { doc, node, path } = spot;
  const name = stringMember(doc, node, 'server_label');
  describeTool(spot, to, { name, description: stringMember(doc, node, 'server_description'), remote: true });
  const allowed = member(doc, node, 'allowed_tools');
  const names = allowed === undefined ? undefined : (member(doc, allowed, 'tool_names') ?? allowed);
  if (names === undefined || kindOf(doc, names) !== ARRAY) {
    to.offersMore = true;
    return;
  }
  elements(doc, names).forEach((each, i) => {
    if (kindOf(doc, each) !== STRING) return;
    const name = stringOf(doc, each);
    to.offer(name);
    tellTool(`${path}/allowed_tools/${i}`, to, { name, remote: true });
  });
};

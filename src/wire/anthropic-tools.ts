/** What an Anthropic request offers: the app's tools, tools that run at Anthropic, toolsets and MCP servers. */
import type { Collector } from './collector.ts';
import {
  ARRAY,
  elements,
  FALSE,
  kindOf,
  member,
  members,
  OBJECT,
  STRING,
  stringMember,
  stringOf,
} from './json.ts';
import { all, each, object, type Shape, skip } from './shape.ts';
import type { Spot } from './spot.ts';
import { describeTool, offerTool } from './tools.ts';
import { pointer } from './units.ts';

/** Members of toolsets: calls name them, the request does not. */
const TOOLSETS: Readonly<Record<string, string>> = {
  computer_toolset_20260801: `key hold_key type cursor_position mouse_move left_mouse_down left_mouse_up left_click
    left_click_drag right_click middle_click double_click triple_click scroll wait screenshot zoom`,
  browser_toolset_20260801: `navigate list_tabs new_tab switch_tab close_tab read_page get_page_text read_console
    read_network find form_input file_upload scroll_to screenshot zoom left_click right_click middle_click
    double_click triple_click hover left_click_drag left_mouse_down left_mouse_up mouse_move scroll type key
    hold_key wait javascript_exec`,
};

/** Tools that the app runs itself; every other type runs at Anthropic. */
const OWN = /^(|custom|bash_\d+|text_editor_\d+|computer_\d+|memory_\d+|(computer|browser)_toolset_\d+)$/;

export const tool: Shape = (spot, to) => {
  const { doc, node } = spot;
  const type = stringMember(doc, node, 'type') ?? '';
  if (type === 'mcp_toolset') return mcpTools(spot, to);
  if (Object.hasOwn(TOOLSETS, type)) for (const name of TOOLSETS[type]!.split(/\s+/)) to.offer(name);
  else if (stringMember(doc, node, 'name') === undefined) to.offersMore = true;
  offerTool(spot, to, spot, !OWN.test(type));
};

/** In an answer it is what the provider says of its tools. */
const words: Shape = (spot, to) => to.text(spot, to.side === 'request' ? 'tool_definition' : to.stage);

/** Tools of an MCP server: configured (`mcp_toolset`) or as the server listed them (`mcp_tool_listing`). */
export const mcpTools: Shape = (spot, to) => {
  remoteTool(spot, to, stringMember(spot.doc, spot.node, 'mcp_server_name'));
  object(
    {
      ...all(['type', 'mcp_server_name', 'cache_control', 'default_config'], skip),
      configs: configured,
      tools: each((listed) => {
        const { doc, node } = listed;
        const [name, description] = [stringMember(doc, node, 'name'), stringMember(doc, node, 'description')];
        describeTool(listed, to, { name, description, remote: true });
      }),
    },
    words,
  )(spot, to);
};

/** An MCP server that Anthropic talks to, with the credential for it. */
export const mcpServer: Shape = (spot, to) => {
  const { doc, node, path } = spot;
  describeTool(spot, to, { name: stringMember(doc, node, 'name'), remote: true });
  const configuration = member(doc, node, 'tool_configuration');
  const allowed = configuration === undefined ? undefined : member(doc, configuration, 'allowed_tools');
  if (allowed === undefined || kindOf(doc, allowed) !== ARRAY) return;
  elements(doc, allowed).forEach((each, i) => {
    const name = kindOf(doc, each) === STRING ? stringOf(doc, each) : undefined;
    remoteTool({ ...spot, path: `${path}/tool_configuration/allowed_tools/${i}` }, to, name);
  });
};

const setting = object(all(['enabled', 'defer_loading'], skip), words);

/** Settings by the tool's name. */
const configured: Shape = (spot, to) => {
  if (kindOf(spot.doc, spot.node) !== OBJECT) return;
  for (const { key, value } of members(spot.doc, spot.node)) {
    const own = { ...spot, node: value, path: pointer(spot.path, key), key };
    const enabled = member(spot.doc, value, 'enabled');
    if (enabled === undefined || kindOf(spot.doc, enabled) !== FALSE) remoteTool(own, to, key);
    setting(own, to);
  }
};

/** A name alone: what a policy says of such a tool is decided here or nowhere. */
function remoteTool({ path }: Spot, to: Collector, name: string | undefined): void {
  if (name !== undefined && to.side === 'request')
    to.unit({ stage: 'tool_definition', path, tool: { name }, remote: true, leaves: [] });
}

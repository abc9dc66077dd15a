/** What a Gemini request offers: the app's functions, and tools that run at Google. */
import type { Leaf } from '../exchange.ts';
import type { Collector } from './collector.ts';
import { camel, members, stringOf } from './gemini-parts.ts';
import { ARRAY, elements, kindOf, members as membersOf, OBJECT } from './json.ts';
import { all, each, type Shape } from './shape.ts';
import type { Spot } from './spot.ts';
import { offerTool, tellTool } from './tools.ts';
import { leavesOf, pointer } from './units.ts';

/** Credentials that a tool carries for its own server, wherever they stand in it. */
const CREDENTIALS = new Set([
  'headers',
  'authConfig',
  'apiAuth',
  'apiKey',
  'auth_config',
  'api_auth',
  'api_key',
]);

const declaration: Shape = (spot, to) => offerTool(spot, to);

/** A tool that runs at Google, by the name of its member; its settings are its words. */
const builtin: Shape = (spot, to) => {
  const name = camel(spot.key);
  to.offer(name);
  tellTool(spot.path, to, { name, remote: true }, settings(spot, to));
};

/** The app is asked to click and type, by functions that the request does not name. */
const computerUse: Shape = (spot, to) => {
  to.offersMore = true;
  tellTool(spot.path, to, { name: camel(spot.key) }, settings(spot, to));
};

const mcpServer: Shape = (spot, to) =>
  tellTool(spot.path, to, { name: stringOf(spot, 'name'), remote: true }, settings(spot, to));

export const tool: Shape = members(
  {
    ...all(
      [
        ...[
          'googleSearch',
          'googleSearchRetrieval',
          'enterpriseWebSearch',
          'exaAiSearch',
          'parallelAiSearch',
        ],
        ...['urlContext', 'codeExecution', 'fileSearch', 'googleMaps', 'retrieval'],
      ],
      builtin,
    ),
    functionDeclarations: each(declaration),
    computerUse,
    mcpServers: each(mcpServer),
  },
  builtin,
);

function settings(spot: Spot, to: Collector): Leaf[] {
  const { doc, node, path, key } = spot;
  const below = (child: number, name: string | number) =>
    settings({ doc, node: child, path: pointer(path, name), key: typeof name === 'string' ? name : key }, to);
  if (kindOf(doc, node) === ARRAY) return elements(doc, node).flatMap(below);
  if (kindOf(doc, node) !== OBJECT) return leavesOf(doc, node, path, {}, key === '' ? undefined : key);
  return membersOf(doc, node).flatMap(({ key: name, value }) => {
    if (!CREDENTIALS.has(name)) return below(value, name);
    to.omit({ doc, node: value, path: pointer(path, name), key: name });
    return [];
  });
}

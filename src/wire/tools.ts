/** Offered tools: a tool is one unit, whose words may be masked and whose names and schema keywords may not. */
import type { Leaf, Unit } from '../exchange.ts';
import type { Collector } from './collector.ts';
import { jsonValue, kindOf, members, OBJECT, stringMember } from './json.ts';
import type { Spot } from './spot.ts';
import { type Care, leavesOf, pointer } from './units.ts';

/** Below these, strings are names and keywords that the model, the app and the schema refer to. */
const SCHEMA: Care = {
  fixedKeys: true,
  fixed: new Set([
    'name',
    'type',
    'required',
    'pattern',
    'format',
    '$ref',
    '$id',
    '$schema',
    '$anchor',
    'contentEncoding',
    'contentMediaType',
    'propertyOrdering',
    'syntax',
    'definition',
    'server_label',
    'server_url',
    'connector_id',
    'model',
    'allowed_tools',
    'tool_names',
    'allowed_callers',
  ]),
  values: new Set(['default', 'const', 'enum', 'example', 'examples', 'input_examples']),
};

/** Credentials that an offered tool carries for its own server. */
const CREDENTIALS = ['authorization', 'authorization_token', 'headers'];

/** What is known of a tool beside its text. */
export interface About {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** It runs at the provider. */
  readonly remote?: boolean;
  /** An answer offers it (a server's list of tools). */
  readonly listed?: true;
  readonly definition?: Unit['definition'];
}

/** A tool that the app offers; its name, description and schema stand in `body` (or in the tool itself). */
export function offerTool(spot: Spot, to: Collector, body: Spot = spot, remote = false): void {
  const { doc, node } = body;
  const name = stringMember(doc, node, 'name');
  if (name !== undefined) to.offer(name);
  describeTool(spot, to, { name, description: stringMember(doc, node, 'description'), remote });
}

/** A tool's own words as one unit. */
export function describeTool(spot: Spot, to: Collector, about: About): void {
  const { doc, path } = spot;
  const secrets = (kindOf(doc, spot.node) === OBJECT ? members(doc, spot.node) : [])
    .filter(({ key }) => CREDENTIALS.includes(key))
    .map(({ key, value }) => ({ doc, node: value, path: pointer(path, key), key }));
  for (const secret of secrets) to.omit(secret);
  const isSecret = (at: string) =>
    secrets.some((secret) => at === secret.path || at.startsWith(`${secret.path}/`));
  const leaves = leavesOf(doc, spot.node, path, SCHEMA);
  const words = secrets.length === 0 ? leaves : leaves.filter(({ path }) => !isSecret(path));
  tellTool(path, to, { ...about, definition: () => jsonValue(doc, spot.node, 'last') }, words);
}

/** A tool, with the words that it has as a whole. In an answer it is what the provider says of it: text. */
export function tellTool(path: string, to: Collector, about: About, leaves: readonly Leaf[] = []): void {
  const { name, description, remote, listed, definition } = about;
  if (to.side === 'request' || listed)
    to.unit({
      stage: 'tool_definition',
      path,
      ...(name === undefined
        ? {}
        : { tool: { name, ...(description === undefined ? {} : { description }) } }),
      ...(remote ? { remote: true as const } : {}),
      ...(definition ? { definition } : {}),
      leaves,
    });
  else if (leaves.length > 0) to.unit({ stage: to.stage, path, leaves });
}

/** Words of a tool that stand apart from its name. */
export const toolWords = (spot: Spot, to: Collector): void =>
  to.text(spot, to.side === 'request' ? 'tool_definition' : to.stage, SCHEMA);

/** A schema for the model's answer. */
export const schemaText = (spot: Spot, to: Collector): void => to.walk(spot, to.stage, SCHEMA);

/** Offered tools: a tool is one unit, whose words may be masked and whose names and schema keywords may not. */
import type { Collector, Spot } from './collector.ts';
import { kindOf, members, OBJECT, stringMember } from './json.ts';
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
}

/** A tool that the app offers; its name, description and schema stand in `body` (or in the tool itself). */
export function offerTool(spot: Spot, to: Collector, body: Spot = spot, remote = false): void {
  const { doc, node } = body;
  const name = stringMember(doc, node, 'name');
  if (name !== undefined) to.offered.add(name);
  describeTool(spot, to, { name, description: stringMember(doc, node, 'description'), remote });
}

/** A tool's own words as one unit; in an answer, what the provider says of it. */
export function describeTool(spot: Spot, to: Collector, { name, description, remote }: About): void {
  const { doc, path } = spot;
  for (const { key, value } of kindOf(doc, spot.node) === OBJECT ? members(doc, spot.node) : [])
    if (CREDENTIALS.includes(key)) to.omit({ doc, node: value, path: pointer(path, key), key });
  const isSecret = (at: string) =>
    CREDENTIALS.some((key) => at === `${path}/${key}` || at.startsWith(`${path}/${key}/`));
  to.unit({
    stage: to.side === 'request' ? 'tool_definition' : to.stage,
    path,
    ...(name === undefined ? {} : { tool: { name, ...(description === undefined ? {} : { description }) } }),
    ...(remote ? { remote: true as const } : {}),
    leaves: leavesOf(doc, spot.node, path, SCHEMA).filter((leaf) => !isSecret(leaf.path)),
  });
}

/** Words of a tool that stand apart from its name. */
export const toolWords = (spot: Spot, to: Collector): void => to.text(spot, 'tool_definition', SCHEMA);

/** A schema for the model's answer. */
export const schemaText = (spot: Spot, to: Collector): void => to.walk(spot, to.stage, SCHEMA);

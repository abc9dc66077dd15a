/** Offered tools: a tool is one unit, whose words may be masked and whose names and schema keywords may not. */
import type { Collector, Spot } from './collector.ts';
import { kindOf, member, OBJECT, stringMember } from './json.ts';
import type { Care } from './units.ts';
import { leavesOf } from './units.ts';

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
    'dependentRequired',
    'syntax',
    'definition',
    'server_label',
  ]),
  skip: new Set(['cache_control', 'authorization', 'authorization_token', 'headers']),
};

/** An offered tool whose name, description and schema stand in `body` (or in the tool itself). */
export function offerTool(spot: Spot, to: Collector, body: Spot = spot): void {
  const { doc } = spot;
  const name = kindOf(doc, body.node) === OBJECT ? stringMember(doc, body.node, 'name') : undefined;
  const description = name === undefined ? undefined : stringMember(doc, body.node, 'description');
  if (name !== undefined) to.offered.add(name);
  for (const secret of ['authorization', 'authorization_token', 'headers']) {
    const node = kindOf(doc, spot.node) === OBJECT ? member(doc, spot.node, secret) : undefined;
    if (node !== undefined) to.omit({ doc, node, path: `${spot.path}/${secret}`, key: secret });
  }
  to.unit({
    stage: 'tool_definition',
    path: spot.path,
    ...(name === undefined ? {} : { tool: { name, ...(description === undefined ? {} : { description }) } }),
    leaves: leavesOf(doc, spot.node, spot.path, SCHEMA),
  });
}

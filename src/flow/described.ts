/** What the schemas of offered tools say of their parameters: it lends context to the values in the arguments of calls. */
import type { Leaf, Unit } from '../exchange.ts';
import { textOf } from '../policy/leaf.ts';
import { once } from '../policy/once.ts';

/** What a schema says of what stands in a leaf, if anything. */
export type Described = (unit: Unit, leaf: Leaf) => string | undefined;

/** By tool and parameter, wherever in the tool's schema the parameter stands. */
export function describing(units: readonly Unit[]): Described {
  const tools = once(() => readTools(units));
  return ({ stage, tool }, { key }) =>
    tool === undefined || key === undefined || (stage !== 'tool_call' && stage !== 'past_call')
      ? undefined
      : tools().get(tool.name)?.get(key);
}

/** Of a parameter itself, of the items of its list, or of one of the ways in which it may be given. */
const OF_PARAMETER = /\/properties\/([^/]+)(?:\/items|\/(?:anyOf|oneOf|allOf)\/\d+)*\/(?:title|description)$/;

function readTools(units: readonly Unit[]): Map<string, Map<string, string>> {
  const tools = new Map<string, Map<string, string>>();
  for (const { stage, tool, leaves } of units) {
    if (stage !== 'tool_definition' || tool === undefined) continue;
    const parameters = tools.get(tool.name) ?? new Map<string, string>();
    tools.set(tool.name, parameters);
    for (const leaf of leaves) {
      const parameter = leaf.kind === 'string' ? OF_PARAMETER.exec(leaf.path)?.[1] : undefined;
      if (parameter === undefined) continue;
      const name = parameter.replaceAll('~1', '/').replaceAll('~0', '~');
      const before = parameters.get(name);
      parameters.set(name, before === undefined ? textOf(leaf) : `${before}; ${textOf(leaf)}`);
    }
  }
  return tools;
}

/** What conditions may read: the variables, their fields, and the stages that have them. */
import type { Stage } from '../exchange.ts';
import { stages } from './stages.ts';

export type Variable =
  | 'stage'
  | 'connection'
  | 'provider'
  | 'model'
  | 'tool'
  | 'args'
  | 'result'
  | 'findings'
  | 'risk'
  | 'caller'
  | 'session'
  | 'request'
  | 'now';

interface Shape {
  readonly stages: readonly Stage[];
  /** Its fields, where they are known; of a list, those of its items. */
  readonly fields?: readonly string[];
  readonly list?: true;
}

const findingFields = ['entity', 'stage', 'path', 'start', 'end', 'score', 'detector'];

export const variables: Readonly<Record<Variable, Shape>> = {
  stage: { stages },
  connection: { stages },
  provider: { stages },
  model: { stages },
  tool: {
    stages: ['tool_definition', 'past_call', 'tool_result', 'tool_call'],
    fields: ['name', 'description'],
  },
  args: { stages: ['past_call', 'tool_call'] },
  result: { stages: ['tool_result'] },
  findings: { stages, fields: findingFields, list: true },
  risk: { stages },
  caller: { stages, fields: ['subject', 'email', 'groups', 'claims'] },
  session: { stages, fields: ['id', 'calls', 'tools'] },
  request: { stages, fields: ['bytes', 'messages', 'stream', 'findings'] },
  now: { stages },
};

export const isVariable = (name: string): name is Variable => Object.hasOwn(variables, name);

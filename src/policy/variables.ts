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

/** What is known of a value beforehand. */
export interface Type {
  readonly kind: 'any' | 'bool' | 'number' | 'text' | 'list' | 'map' | 'time' | 'duration' | 'null';
  /** Of a list. */
  readonly item?: Type;
  /** Of an object whose fields are known. */
  readonly fields?: Readonly<Record<string, Type>>;
}

interface Shape {
  readonly stages: readonly Stage[];
  readonly type: Type;
}

const ANY: Type = { kind: 'any' };
const NUMBER: Type = { kind: 'number' };
const TEXT: Type = { kind: 'text' };
const TEXTS: Type = { kind: 'list', item: TEXT };
const object = (fields: NonNullable<Type['fields']>): Type => ({ kind: 'map', fields });

const findings: Type = {
  kind: 'list',
  item: object({
    entity: TEXT,
    stage: TEXT,
    path: TEXT,
    start: NUMBER,
    end: NUMBER,
    score: NUMBER,
    detector: TEXT,
  }),
};

export const variables: Readonly<Record<Variable, Shape>> = {
  stage: { stages, type: TEXT },
  connection: { stages, type: TEXT },
  provider: { stages, type: TEXT },
  model: { stages, type: TEXT },
  tool: {
    stages: ['tool_definition', 'past_call', 'tool_result', 'tool_call'],
    type: object({ name: TEXT, description: TEXT }),
  },
  args: { stages: ['past_call', 'tool_call'], type: ANY },
  result: { stages: ['tool_result'], type: ANY },
  findings: { stages, type: findings },
  risk: { stages, type: NUMBER },
  caller: { stages, type: object({ subject: TEXT, email: TEXT, groups: TEXTS, claims: ANY }) },
  session: { stages, type: object({ id: TEXT, calls: NUMBER, tools: TEXTS }) },
  request: {
    stages,
    type: object({ bytes: NUMBER, messages: NUMBER, stream: { kind: 'bool' }, findings }),
  },
  now: { stages, type: { kind: 'time' } },
};

export const isVariable = (name: string): name is Variable => Object.hasOwn(variables, name);

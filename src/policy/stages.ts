/** The stages, and the names that stand for several of them. */
import type { Direction, Stage } from '../exchange.ts';

export const stages: readonly Stage[] = [
  'prompt',
  'tool_definition',
  'past_call',
  'tool_result',
  'response',
  'tool_call',
];

export type StageName = Stage | Direction | 'all';

export const directionOf = (stage: Stage): Direction =>
  stage === 'response' || stage === 'tool_call' ? 'to_app' : 'to_model';

export const stagesOf = (name: StageName): readonly Stage[] =>
  stages.filter((stage) => name === 'all' || name === stage || name === directionOf(stage));

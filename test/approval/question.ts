/** Questions as the flow asks them. */
import type { Question } from '../../src/question.ts';

export function questionOf(id: string, rest: Partial<Question> = {}): Question {
  return {
    id,
    exchange: `exchange of ${id}`,
    session: 'session-1',
    caller: 'app',
    connection: 'openai',
    tool: 'refund',
    shown: '{ "amount": 900, "to": "ann.lee@example.com" }',
    hash: 'f00d',
    demand: { groups: [], users: [], min: 1, self: false },
    within: 60_000,
    reason: 'optional',
    marks: [],
    before: { calls: 0, tools: [] },
    reveal: () => undefined,
    conceal: String,
    edit: () => undefined,
    decision: {
      stage: 'tool_call',
      path: '/call',
      effect: 'approve',
      rules: [{ rule: 'tools["refund"]', effect: 'approve' }],
      masked: [],
    },
    ...rest,
  };
}

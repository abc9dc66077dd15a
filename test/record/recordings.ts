/** Recordings for these tests. */
import type { Recording } from '../../src/exchange.ts';

export const recording = (over: Partial<Recording> & { body?: string; answer?: string } = {}): Recording => {
  const { body = '{"model":"m","messages":[]}', answer = '{"choices":[]}', ...rest } = over;
  return {
    id: 'x1',
    session: 's1',
    at: '2026-01-02T03:04:05.000Z',
    connection: 'openai',
    provider: 'openai',
    caller: 'anonymous',
    request: {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json' },
      body,
    },
    response: { status: 200, headers: {}, body: answer },
    decisions: [],
    findings: [],
    policy: 'p',
    ...rest,
  };
};

/** A conversation's request body after so many turns, the tools at its end. */
export const conversation = (turns: number, size = 500): string =>
  JSON.stringify({
    model: 'm',
    messages: Array.from({ length: turns }, (_, at) => ({
      role: 'user',
      content: `turn ${at} "${'x'.repeat(size)}"`,
    })),
    tools: [{ type: 'function', function: { name: 'look_up', description: 'y'.repeat(2000) } }],
  });

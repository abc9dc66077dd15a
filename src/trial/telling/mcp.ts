/** A tool server: the app makes the call, and the answer is what it gave. */
import type { Telling } from './conversation.ts';

export const mcp: Telling = {
  name: 'mcp',
  connection: 'mcp',
  provider: 'mcp',
  headers: { accept: 'application/json, text/event-stream' },
  path: () => '',
  request: (_conversation, turns) => {
    const last = turns.at(-1);
    const call = last && 'calls' in last ? last.calls[0] : undefined;
    return call
      ? message({ method: 'tools/call', params: { name: call.name, arguments: call.args } })
      : message({ method: 'tools/list' });
  },
  answer: ({ text }) => message({ result: { content: [{ type: 'text', text }] } }),
  stream: ({ text }) =>
    `event: message\ndata: ${JSON.stringify(message({ result: { content: [{ type: 'text', text }] } }))}\n\n`,
};

const message = (more: object) => ({ jsonrpc: '2.0', id: 1, ...more });

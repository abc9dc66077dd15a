/** The upstream: answers every request with the same tool call, whatever it says. Its own process. */
import { createServer } from 'node:http';

const call = {
  id: 'call_1',
  type: 'function',
  function: {
    name: 'send_email',
    arguments: JSON.stringify({
      to: 'ann.lee@corp-mail.example.com',
      body: 'Your order was shipped. '.repeat(40),
    }),
  },
};
const message = { role: 'assistant', content: null, tool_calls: [call] };
const answer = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'gpt-4o',
    choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
  }),
);

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })),
);

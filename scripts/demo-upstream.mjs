// A model that follows a script: looks a customer up, then wants to delete it. Speaks OpenAI Chat Completions.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** Starts it on loopback; `turns` collects what arrived and what it answered. */
export async function startUpstream() {
  const turns = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const message = { role: 'assistant', ...nextMove(body.messages) };
    turns.push({ seen: body.messages, answered: message });
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify(completion(body.model, message)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}`, turns, close: () => server.close() };
}

/** What it does next hangs on how far the conversation is, and on the e-mail address that it was told. */
function nextMove(messages) {
  const email = /[\w.+-]+@[\w.-]+\w/.exec(JSON.stringify(messages))?.[0] ?? 'nobody@example.com';
  return call(messages.some(({ role }) => role === 'tool') ? 'delete_customer' : 'lookup_customer', {
    email,
  });
}

const call = (name, args) => ({
  content: null,
  tool_calls: [{ id: `call_${name}`, type: 'function', function: { name, arguments: JSON.stringify(args) } }],
});

const completion = (model, message) => ({
  id: 'chatcmpl-demo',
  object: 'chat.completion',
  created: 0,
  model,
  choices: [{ index: 0, message, logprobs: null, finish_reason: 'tool_calls' }],
  usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
});

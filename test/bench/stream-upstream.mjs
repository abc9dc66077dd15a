/**
 * The upstream of streams: answers each request with as many text deltas as its headers say, at once or paced, and
 * tells afterwards when it wrote each. It says the address again that it was told, and a key. Its own process.
 */
import { createServer } from 'node:http';

const WORDS =
  'the order was shipped to your account and is under review so please check the invoice and reply when it suits you'.split(
    ' ',
  );
const secret = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');

const now = () => Number(process.hrtime.bigint()) / 1e6;
const event = (delta, finish_reason = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, logprobs: null, finish_reason }] })}\n\n`;

/** `count` deltas: words, an address in pieces, a key in pieces. */
function deltas(count, address) {
  const words = Array.from({ length: count - 1 }, (_, i) => ` ${WORDS[i % WORDS.length]}`);
  const pieces = [...` ${address} ${secret}`.match(/.{1,4}/g)];
  words.splice(20, pieces.length, ...pieces);
  return ['Well,', ...words.slice(0, count - 1)];
}

const written = new Map();

async function stream(response, { id, count, pause }, address) {
  const times = [];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const events = [
    event({ role: 'assistant', content: '' }),
    ...deltas(count, address).map((content) => event({ content })),
    event({}, 'stop'),
    'data: [DONE]\n\n',
  ];
  const begun = now();
  for (const [i, each] of events.entries()) {
    const wait = begun + i * pause - now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    times.push(now());
    response.write(each);
  }
  response.end();
  written.set(id, times);
}

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    const id = request.url.slice(1);
    response.end(JSON.stringify(written.get(id)));
    written.delete(id);
    return;
  }
  let body = '';
  request.on('data', (data) => {
    body += data;
  });
  request.on('end', () => {
    const { 'x-bench-id': id, 'x-bench-count': count, 'x-bench-pause': pause } = request.headers;
    const address = /[\w.+-]+@[\w.-]+\w/.exec(body)[0];
    stream(response, { id, count: Number(count), pause: Number(pause) }, address);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })),
);

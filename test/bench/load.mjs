/** The load: sends bodies one after the other over keep-alive connections and says how long each took. Its own process. */
import { Agent, request } from 'node:http';
import { allNew, grown } from './bodies.mjs';

/** What a client of that number sends to that target: it goes on from one measurement to the next. */
const sources = new Map();

function sourceOf(url, { kind, size, count }, client) {
  const own = kind === 'grown' ? client : 0;
  const key = `${url} ${kind} ${size} ${own}`;
  if (!sources.has(key)) sources.set(key, kind === 'grown' ? grown(size, count, client) : allNew(size));
  return sources.get(key);
}

const send = (agent, url, body) =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      authorization: 'Bearer test',
    };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(performance.now() - started)
          : reject(
              new Error(`status ${response.statusCode} ${response.headers['x-fcgate-code'] ?? ''}`.trim()),
            ),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

process.on('message', (order) =>
  measure(order).then(
    (figures) => process.send(figures),
    (error) => process.send({ failed: error.message }),
  ),
);

async function measure({ url, clients, milliseconds, ...shape }) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const took = [];
  const started = performance.now();
  const client = async (_, number) => {
    const body = sourceOf(url, shape, number);
    while (performance.now() - started < milliseconds) took.push(await send(agent, url, body()));
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  took.sort((a, b) => a - b);
  return {
    p50: took[took.length >> 1],
    p99: took[Math.floor(took.length * 0.99)],
    perSecond: took.length / seconds,
    count: took.length,
  };
}

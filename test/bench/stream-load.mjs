/** The load of streams: asks for them, and says when each of their events came. Its own process. */
import { Agent, request } from 'node:http';
import { allNew } from './bodies.mjs';

const now = () => Number(process.hrtime.bigint()) / 1e6;
const mail = 'ada.byron@analytical.org';

const body = allNew(2000);
const bodies = Array.from({ length: 50 }, () => {
  const asked = JSON.parse(body());
  asked.messages.push({ role: 'user', content: `My address is ${mail} by the way.` });
  return Buffer.from(JSON.stringify({ ...asked, messages: asked.messages.slice(-1), stream: true }));
});
let next = 0;

/** The events in which the upstream tells an address and a key in pieces, and the one after, which shows where the key ends. */
const VALUES = { from: 20, to: 42 };

/** One stream: when it was asked for, and when each event was there. */
const open = (agent, { url, count, pause }) =>
  new Promise((resolve, reject) => {
    const id = `s${++next}`;
    const body = bodies[next % bodies.length];
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      authorization: 'Bearer test',
      'x-bench-id': id,
      'x-bench-count': count,
      'x-bench-pause': pause,
    };
    const asked = now();
    const came = [];
    let text = '';
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`status ${response.statusCode}`));
      response.setEncoding('utf8').on('data', (piece) => {
        const at = now();
        const from = Math.max(0, text.length - 1);
        text += piece;
        for (let end = text.indexOf('\n\n', from); end >= 0; end = text.indexOf('\n\n', end + 2))
          came.push(at);
      });
      response.on('end', () => resolve({ id, asked, came, text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });

/** Every event came, with the app's own value in it; through the gateway without the key. */
function check({ came, text }, { count, governed }) {
  if (came.length !== count + 3) throw new Error(`${came.length} events of ${count + 3}`);
  const said = [...text.matchAll(/"content":"([^"]*)"/g)].map(([, each]) => each).join('');
  if (!said.includes(mail)) throw new Error('the address did not come back');
  if (said.includes('[REDACTED:GITHUB_PAT]') !== governed)
    throw new Error('the key was not treated as it should be');
}

async function timesOf(upstream, id) {
  return (await fetch(`${upstream}/${id}`)).json();
}

/**
 * Streams for so long, or one for each client: their first data and first text, their length, and for each event how
 * long after the upstream wrote it came whatever came next. The gateway holds the last word: its answer to an event is
 * the one before.
 */
async function measure(order) {
  const { upstream, clients, milliseconds, governed } = order;
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const streams = [];
  const begun = now();
  const client = async () => {
    do streams.push(await open(agent, order));
    while (now() - begun < milliseconds);
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (now() - begun) / 1000;
  agent.destroy();
  const delays = [];
  const ofWords = [];
  for (const stream of streams) {
    check(stream, order);
    const times = await timesOf(upstream, stream.id);
    if (order.pause === 0) continue;
    const behind = governed ? 1 : 0;
    for (let i = 2; i < times.length - 3; i++) {
      const delay = stream.came[i - behind] - times[i];
      delays.push(delay);
      if (i < VALUES.from || i >= VALUES.to) ofWords.push(delay);
    }
  }
  return {
    firstData: middle(streams.map(({ came, asked }) => came[0] - asked)),
    firstText: middle(streams.map(({ came, asked }) => came[1] - asked)),
    whole: middle(streams.map(({ came, asked }) => came.at(-1) - asked)),
    delay50: at(delays, 0.5),
    delay99: at(delays, 0.99),
    word99: at(ofWords, 0.99),
    perSecond: streams.length / seconds,
    streams: streams.length,
  };
}

const at = (numbers, share) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * share)];
const middle = (numbers) => at(numbers, 0.5);

process.on('message', (order) =>
  measure(order).then(
    (figures) => process.send(figures),
    (error) => process.send({ failed: error.message }),
  ),
);

/** A slice of the profile through the real process: bytes over HTTP, from an upstream that writes them in pieces. */
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discard, type Gateway, serve } from '../e2e/gateway.ts';
import { post, type Scripted, startScripted } from '../e2e/scripted.ts';
import { typeOf } from './carriers.ts';
import { allCases } from './cases.ts';
import { play, type Rig } from './play.ts';
import { policyText } from './rig.ts';
import { failureOf } from './table.ts';

/** Every so many of the cases whose provider is there without being listed. */
const EVERY = 23;

let upstream: Scripted & { close(): void };
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startScripted();
  const { url } = upstream;
  gateway = await serve({ openai: url, anthropic: url, gemini: url }, policyText('surrogate'));
});
afterAll(async () => {
  await discard(gateway);
  upstream.close();
});

/** One read at the gateway for one write here, as far as the network lets it. */
async function write(response: ServerResponse, pieces: readonly Uint8Array[]): Promise<void> {
  for (const piece of pieces) {
    response.write(piece);
    await setImmediate();
  }
  response.end();
}

const rig: Rig = {
  async ask(carrier, body, answer) {
    const before = upstream.arrived.length;
    upstream.answer((response) => {
      response.setHeader('content-type', typeOf(carrier));
      void write(response, answer(upstream.arrived.at(-1)!.body.toString()));
    });
    const response = await post(`${gateway.url}/${carrier.provider}${carrier.path}`, body);
    const got = await response.text();
    return { sent: upstream.arrived[before]?.body.toString(), got };
  },
};

it('holds over HTTP', { timeout: 120_000 }, async () => {
  const cases = allCases()
    .filter(({ carrier }) => ['openai', 'anthropic', 'gemini'].includes(carrier.provider))
    .filter((_, i) => i % EVERY === 0);
  const failures: string[] = [];
  for (const one of cases) {
    const verdict = await play(rig, one);
    const failure = failureOf({ one, verdict });
    if (failure) failures.push(failure);
  }
  expect(cases.length).toBeGreaterThanOrEqual(40);
  expect(failures).toEqual([]);
});

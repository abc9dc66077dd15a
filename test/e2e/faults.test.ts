/** Streams that go wrong after something has gone on: they end with the provider's error, and nothing held is released. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Conversation, converse } from './converse.ts';
import { discard, type Gateway, serve } from './gateway.ts';
import { type Scripted, startScripted } from './scripted.ts';
import { type Dialect, dialects, upstreamsAt } from './tellings.ts';

let upstream: Scripted & { close(): void };
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startScripted();
  gateway = await serve(upstreamsAt(upstream.url));
});
afterAll(async () => {
  await discard(gateway);
  upstream.close();
});

/** An answer whose first line the app has got. */
async function begin(dialect: Dialect): Promise<Conversation> {
  const conversation = await converse(gateway, upstream, dialect);
  const { telling, write, until } = conversation;
  await write([...telling.begin(), ...telling.text('Good morning.\n')]);
  await until('Good morning.');
  return conversation;
}

const half = (bytes: string): string => bytes.slice(0, bytes.length >> 1);
const end = ({ upstream: response }: Conversation): void => void response.end();
const reset = ({ upstream: response }: Conversation): void => void response.socket!.resetAndDestroy();
const heldCall = ({ telling }: Conversation): string[] => telling.call('pay', ['{"to":', '"held"}']);

const faults: Record<string, (one: Conversation) => Promise<void>> = {
  'ends in the middle of an event': async (one) => {
    await one.write([half(one.telling.text('held')[0]!)]);
    end(one);
  },
  'is reset in the middle of an event': async (one) => {
    await one.write([half(one.telling.text('held')[0]!)]);
    reset(one);
  },
  'is reset between two events': async (one) => {
    await one.write(one.telling.text('held'));
    reset(one);
  },
  'ends in the middle of a character': async (one) => {
    const bytes = Buffer.from(one.telling.text('held é')[0]!);
    await one.write([bytes.subarray(0, bytes.indexOf('é') + 1)]);
    end(one);
  },
  'holds bytes that are no text': async (one) => {
    const bytes = Buffer.from(one.telling.text('held é ')[0]!);
    bytes[bytes.indexOf('é') + 1] = 0x20;
    await one.write([bytes]);
    end(one);
  },
  'holds an event that is no JSON': async (one) => {
    await one.write([one.telling.text('held')[0]!.replace(/\}(\s*)$/, '$1')]);
    end(one);
  },
  'is reset in the middle of a call': async (one) => {
    const call = heldCall(one);
    await one.write([...call.slice(0, -1), half(call.at(-1)!)]);
    reset(one);
  },
};

describe.each(dialects)('$name', (dialect) => {
  test.each(Object.entries(faults))('a stream that %s', async (_, fault) => {
    const one = await begin(dialect);
    await fault(one);
    await one.over();
    expect(one.got()).toMatch(dialect.error);
    expect(one.got()).toContain('fcgate unreadable_answer: ');
    expect(one.got()).not.toMatch(/held|"pay"/);
    const numbers = [...one.got().matchAll(/"sequence_number":(\d+)/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });

  test('an app that leaves ends the upstream’s call', async () => {
    const one = await begin(dialect);
    const closed = new Promise((resolve) => one.upstream.once('close', resolve));
    one.leave();
    await closed;
    await one.over();
  });
});

test('after all that it lives, and its books are whole', async () => {
  expect((await fetch(`${gateway.url}/-/health`)).status).toBe(200);
  expect(gateway.stderr()).not.toMatch(/internal error/);
  expect(await gateway.run('audit', 'verify')).toMatchObject({ status: 0 });
});

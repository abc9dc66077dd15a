/** Streams go on while they come, through the real process: the upstream says its next only when the app has seen the last. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { converse } from './converse.ts';
import { discard, type Gateway, serve } from './gateway.ts';
import { found, user } from './planted.ts';
import { type Scripted, startScripted } from './scripted.ts';
import { type Dialect, dialects, upstreamsAt } from './tellings.ts';

const policy = `version: 1
tools:
  refund: { deny: Ask an operator. }
`;

let upstream: Scripted & { close(): void };
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startScripted();
  gateway = await serve(upstreamsAt(upstream.url), policy);
});
afterAll(async () => {
  await discard(gateway);
  upstream.close();
});

const ask = (dialect: Dialect) => converse(gateway, upstream, dialect);

/** What tells of a call. */
const SIGNS = /"pay"|"refund"|call_1|toolu_1|functionCall|tool_use|function_call/;

/** The arguments, one piece behind the other. */
const argumentsOf = (got: string): string =>
  [...got.matchAll(/"(?:partial_json|arguments|to)":"((?:[^"\\]|\\.)*)"/g)]
    .map(([, piece]) => piece)
    .join('');

describe.each(dialects)('$name', (dialect) => {
  test('a line is with the app before the upstream says its second', async () => {
    const { telling, write, until, end, said } = await ask(dialect);
    await write([...telling.begin(), ...telling.text('Good morning.\n')]);
    await until('Good morning.');
    await write([...telling.text('And good night.'), ...telling.end()]);
    await end();
    expect(said()).toBe('Good morning.\nAnd good night.');
  });

  test('words follow one behind', async () => {
    const { telling, write, until, end } = await ask(dialect);
    const words = ['All ', 'is ', 'well ', 'that ', 'ends ', 'well.'];
    await write(telling.begin());
    for (const [i, word] of words.entries()) {
      await write(telling.text(word));
      if (i > 0) await until(words.slice(0, i).join(''));
    }
    await write(telling.end());
    await end();
  });

  test.skipIf(!dialect.tell().thought)(
    'what is said flows although what was thought before it had no end',
    async () => {
      const { telling, write, until, end, got } = await ask(dialect);
      await write([...telling.begin(), ...telling.thought!('They want'), ...telling.thought!(' to pay')]);
      await write([...telling.text('All '), ...telling.text('is '), ...telling.text('well')]);
      await until('All is');
      expect(got()).toContain('" to pay"');
      await write([...telling.text(' here'), ...telling.end()]);
      await end();
    },
  );

  test('a value that the model says in pieces is the user’s own again, while more is to come', async () => {
    const { telling, write, until, end, surrogate, said, got } = await ask(dialect);
    await write(telling.begin());
    for (const letter of `Wrote to ${surrogate} today, `) await write(telling.text(letter));
    await write(telling.text('as you said'));
    await until(`Wrote to ${user.email} today`);
    await write(telling.end());
    await end();
    expect(said()).toBe(`Wrote to ${user.email} today, as you said`);
    expect(found(got(), [surrogate])).toEqual([]);
  });

  test('a call waits until it is whole, and has the user’s values; the text before it is there', async () => {
    const { telling, write, until, end, surrogate, got } = await ask(dialect);
    await write([...telling.begin(), ...telling.text('I will pay.\n')]);
    await until('I will pay.');
    const args = JSON.stringify({ to: surrogate });
    const call = telling.call('pay', [args.slice(0, 9), args.slice(9, 14), args.slice(14)]);
    const last = call.findIndex((event) => event.includes(surrogate.slice(-8)));
    await write(call.slice(0, last));
    expect(got()).not.toMatch(SIGNS);
    await write([...call.slice(last), ...telling.end()]);
    await until(/"pay"/);
    await end();
    expect(argumentsOf(got())).toContain(user.email);
  });

  test('a refused call is never seen; the text before it is, and what stands in its place follows', async () => {
    const { telling, write, until, end, got, said } = await ask(dialect);
    await write([...telling.begin(), ...telling.text('I will pay back.\n')]);
    await until('I will pay back.');
    await write([...telling.call('refund', ['{"to":', '"ann"}']), ...telling.end()]);
    await end();
    expect(got()).not.toMatch(SIGNS);
    expect(got()).not.toMatch(dialect.error);
    expect(said()).toMatch(/^I will pay back\.\s+fcgate policy_denied: .*Ask an operator/);
  });
});

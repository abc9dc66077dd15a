/** What goes wrong between app, gateway and upstream: a clear refusal, nothing held released, nothing left behind. */
import dns from 'node:dns';
import http from 'node:http';
import net from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Desk } from '../../src/approval/desk.ts';
import type { AnswerGate } from '../../src/flow/steps.ts';
import { echo, gate, gatewayTo, questionOf, rawUpstream, send, speak, upstream } from './rig.ts';

const codeOf = (text: string): string => JSON.parse(text).error.code;

test('an upstream that is down is upstream_unreachable', async () => {
  const rig = await gatewayTo('http://127.0.0.1:1');
  const got = await send(rig.port, { body: '{}' });
  expect(got).toMatchObject({ status: 502, headers: { 'x-fcgate-code': 'upstream_unreachable' } });
  expect(got.headers['x-fcgate-decision']).toBe('deny');
  expect(rig.books.lines).toEqual(['to_model ok', 'to_model upstream_unreachable', 'recorded']);
});

test('an upstream that hangs up before its headers is upstream_unreachable', async () => {
  const rig = await gatewayTo(
    await rawUpstream((socket) => socket.once('data', () => socket.resetAndDestroy())),
  );
  expect(await send(rig.port, { body: '{}' })).toMatchObject({ status: 502 });
});

test('an upstream that speaks no HTTP is unreadable_answer', async () => {
  const rig = await gatewayTo(
    await rawUpstream((socket) => socket.once('data', () => socket.end('garbage\r\n\r\n'))),
  );
  const got = await send(rig.port, { body: '{}' });
  expect(codeOf(got.text)).toBe('unreadable_answer');
});

test('an upstream that would speak something else than HTTP from now on is unreadable_answer', async () => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nsecret';
  const rig = await gatewayTo(
    await rawUpstream((socket) => socket.once('data', () => socket.write(switching))),
    { idleMs: 2_000 },
  );
  const got = await send(rig.port, { body: '{}' });
  expect(codeOf(got.text)).toBe('unreadable_answer');
  expect(got.text).not.toContain('secret');
});

test('an upstream that stalls before its headers is upstream_timeout', async () => {
  const rig = await gatewayTo(await rawUpstream(() => {}), { idleMs: 40 });
  const got = await send(rig.port, { body: '{}' });
  expect(got).toMatchObject({ status: 504, headers: { 'x-fcgate-code': 'upstream_timeout' } });
});

test('an upstream whose TLS never answers is upstream_timeout', async () => {
  const target = (await rawUpstream(() => {})).replace('http:', 'https:');
  const rig = await gatewayTo(target, {}, { connectMs: 40 });
  expect(await send(rig.port, { body: '{}' })).toMatchObject({ status: 504 });
});

test.each(['resets', 'stalls', 'ends early'])(
  'an upstream that %s in its answer releases nothing held',
  async (how) => {
    const target = await rawUpstream((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nsecret', () => {
          if (how === 'resets') setImmediate(() => socket.resetAndDestroy());
          if (how === 'ends early') socket.end();
        });
      }),
    );
    const rig = await gatewayTo(target, { idleMs: 60 });
    const got = await send(rig.port, { body: '{}' });
    // A reset may overtake the bytes that were sent before it.
    const codes = how === 'resets' ? ['unreadable_answer', 'upstream_unreachable'] : ['unreadable_answer'];
    expect(codes).toContain(codeOf(got.text));
    expect(got.text).not.toContain('secret');
    expect(rig.books.lines).toEqual(['to_model ok', `to_model ${codeOf(got.text)}`, 'recorded']);
  },
);

test('a redirect is passed on without the way past the gateway', async () => {
  const target = await upstream((_request, response) => {
    response.writeHead(302, { location: 'http://elsewhere.example/', refresh: '0; url=x' });
    response.end('moved');
  });
  const got = await send((await gatewayTo(target)).port);
  expect(got).toMatchObject({ status: 302, text: 'moved' });
  expect(got.headers).not.toHaveProperty('location');
  expect(got.headers).not.toHaveProperty('refresh');
});

test('a name that leads elsewhere by the time it is called is judged by where it leads then, not by where it led', async () => {
  const seen: string[] = [];
  const target = await upstream((request, response) => {
    seen.push(request.headers.host!);
    response.setHeader('connection', 'close').end('fine');
  });
  const named = target.replace('127.0.0.1', 'rebound.test');
  const rig = await gatewayTo(named);
  let leads = '127.0.0.1';
  const lookup = vi
    .spyOn(dns, 'lookup')
    .mockImplementation(((_name: string, _options: object, done: Found) =>
      done(null, [{ address: leads, family: 4 }])) as unknown as typeof dns.lookup);
  onTestFinished(() => void lookup.mockRestore());
  expect(await send(rig.port)).toMatchObject({ status: 200, text: 'fine' });
  leads = '169.254.169.254';
  const refused = await send(rig.port);
  expect([refused.status, codeOf(refused.text)]).toEqual([502, 'upstream_unreachable']);
  expect(refused.text).toContain('link-local or metadata address');
  expect(lookup).toHaveBeenCalledTimes(2);
  expect(seen).toEqual([new URL(named).host]);
});

type Found = (error: null, addresses: { readonly address: string; readonly family: number }[]) => void;

/** An app that sends a request and hangs up when told to. */
function hurriedApp(port: number): { hangUp(): void } {
  const socket = net.connect(port, '127.0.0.1', () => {
    socket.write(`POST /up/x HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 2\r\n\r\n{}`);
  });
  socket.on('error', () => {});
  return { hangUp: () => void socket.destroy() };
}

test.each(['before its headers', 'in its answer'])(
  'an app that leaves ends the upstream call within 100 ms, %s',
  async (when) => {
    const called = gate();
    const closed = gate<number>();
    const target = await upstream((request, response) => {
      request.resume();
      request.socket.on('close', () => closed.open(performance.now()));
      if (when === 'in its answer') response.write('part');
      setImmediate(called.open);
    });
    const rig = await gatewayTo(target);
    const app = hurriedApp(rig.port);
    await called.opened;
    const left = performance.now();
    app.hangUp();
    expect((await closed.opened) - left).toBeLessThan(100);
    await rig.over(1);
    expect(rig.books.recordings).toHaveLength(1);
  },
);

test('an app that leaves in the middle of its body leaves nothing behind', async () => {
  const rig = await gatewayTo(await upstream(echo));
  const socket = net.connect(rig.port, '127.0.0.1', () => {
    socket.write(`POST /up/x HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nContent-Length: 9\r\n\r\nabc`, () =>
      socket.destroy(),
    );
  });
  await rig.over(1);
  expect(rig.books.lines).toEqual([]);
  expect(JSON.parse((await send(rig.port, { path: '/-/health' })).text).open).toBe(0);
});

test('nothing is forwarded while the audit cannot be written, and all goes on when it can', async () => {
  const calls = vi.fn();
  const target = await upstream((request, response) => {
    calls();
    echo(request, response);
  });
  const rig = await gatewayTo(target);
  rig.books.broken.audit = true;
  for (let i = 0; i < 2; i++) {
    const got = await send(rig.port, { body: '{}' });
    expect(got).toMatchObject({ status: 503, headers: { 'x-fcgate-code': 'record_failed' } });
  }
  expect(calls).not.toHaveBeenCalled();
  rig.books.broken.audit = false;
  expect(await send(rig.port, { body: '{}' })).toMatchObject({ status: 200 });
});

test('an answer is not released while the audit cannot be written', async () => {
  const target = await upstream((request, response) => {
    rig.books.broken.audit = true;
    echo(request, response);
  });
  const rig = await gatewayTo(target);
  const got = await send(rig.port, { body: '{"secret":1}' });
  expect(got).toMatchObject({ status: 503, headers: { 'x-fcgate-code': 'record_failed' } });
  expect(got.text).not.toContain('secret');
});

test('a recording that cannot be made or written is told, and the app keeps its answer', async () => {
  const rig = await gatewayTo(await upstream(echo));
  rig.books.broken.record = true;
  expect(await send(rig.port, { body: '{}' })).toMatchObject({ status: 200 });
  expect(rig.faults).toHaveLength(1);
});

test('where recordings wait for the disk, the next exchange waits too', async () => {
  const forwarded = vi.fn();
  const rig = await gatewayTo(
    await upstream((request, response) => {
      forwarded();
      echo(request, response);
    }),
  );
  const [first, second] = [gate(), gate()];
  rig.books.rooms.push(first.opened, second.opened);
  const got = send(rig.port, { body: '{}' });
  await vi.waitUntil(() => rig.books.rooms.length === 1, 20_000);
  first.open();
  await vi.waitUntil(() => rig.books.rooms.length === 0, 20_000);
  expect(forwarded).not.toHaveBeenCalled();
  second.open();
  expect(await got).toMatchObject({ status: 200 });
});

test('an app that leaves while it waits for room is over', async () => {
  const rig = await gatewayTo(await upstream(echo));
  const { opened, open } = gate();
  rig.books.rooms.push(opened);
  const socket = net.connect(rig.port, '127.0.0.1', () =>
    socket.write(`POST /up/x HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nContent-Length: 9\r\n\r\nabc`),
  );
  await vi.waitUntil(() => rig.books.rooms.length === 0, 20_000);
  socket.destroy();
  await send(rig.port, { path: '/-/health' });
  open();
  await rig.over(1);
  expect(rig.books.lines).toEqual([]);
});

test('an exception in the flow forwards nothing, is internal_error, and the next exchange is served', async () => {
  const calls = vi.fn();
  const target = await upstream((request, response) => {
    calls();
    echo(request, response);
  });
  const seen = vi.fn().mockImplementationOnce(() => {
    throw new Error('with a secret value');
  });
  const rig = await gatewayTo(target, { seen });
  const got = await send(rig.port, { body: '{}' });
  expect(got).toMatchObject({ status: 500, headers: { 'x-fcgate-code': 'internal_error' } });
  expect(got.text).not.toContain('secret');
  expect(calls).not.toHaveBeenCalled();
  expect(rig.faults).toHaveLength(1);
  expect(await send(rig.port, { body: '{}' })).toMatchObject({ status: 200 });
});

test.each(['push', 'end'] as const)('an exception in the gate (%s) releases nothing', async (place) => {
  const broken = () => {
    throw new TypeError('broken');
  };
  const rig = await gatewayTo(await upstream(echo), { gate: (whole) => ({ ...whole, [place]: broken }) });
  const got = await send(rig.port, { body: '"secret"' });
  expect(codeOf(got.text)).toBe('internal_error');
  expect(got.text).not.toContain('secret');
});

test('an exception after the head went out breaks the connection rather than end it well', async () => {
  const ends = {
    end: () => {
      throw new TypeError('broken');
    },
  };
  const rig = await gatewayTo(await upstream(echo), { live: true, gate: (whole) => ({ ...whole, ...ends }) });
  await expect(send(rig.port, { body: '{}' })).rejects.toThrow(/aborted|hang up|reset/i);
});

test('without anybody to ask, a question is approver_unavailable at once', async () => {
  const desk = new Desk({ now: () => 0, newId: () => 'id', write: () => {} });
  const rig = await gatewayTo(await upstream(echo), { questions: [questionOf('q')] }, { desk });
  const got = await send(rig.port, { body: '{}' });
  expect(got).toMatchObject({ status: 403, headers: { 'x-fcgate-code': 'approver_unavailable' } });
});

test('a question on the answer holds it, and what is refused is not released', async () => {
  const asked: string[] = [];
  const desk = {
    close() {},
    ask: async ({ id }: { id: string }) => {
      asked.push(id);
      return { allow: false, code: 'approval_denied' } as const;
    },
  };
  const law = { answerQuestions: [questionOf('a'), questionOf('b')] };
  const rig = await gatewayTo(await upstream(echo), law, { desk });
  const got = await send(rig.port, { body: '"secret"' });
  expect(asked).toEqual(['a', 'b']);
  expect(got.text).toBe('fcgate approval_denied');
});

test('a stream that waits for a person is kept alive by comments of their own', async () => {
  const target = await upstream((_request, response) => {
    response.setHeader('content-type', 'text/event-stream');
    response.end('data: {}\n\n');
  });
  const seen = gate();
  const desk = { close() {}, ask: () => seen.opened.then(() => ({ allow: true, by: 'ann' }) as const) };
  const law = { live: true, answerQuestions: [questionOf('q')] };
  const rig = await gatewayTo(target, law, { desk, keepAliveMs: 5 });
  const got = await send(rig.port, {
    body: '{}',
    onText: (text) => /(?:: fcgate waits for approval\n\n){2}/.test(text) && seen.open(),
  });
  expect(got.text).toMatch(/^data: \{\}\n\n(?:: fcgate waits for approval\n\n){2,}$/);
});

test('a JSON answer that waits for a person goes ahead with its head, and white space keeps it alive', async () => {
  const target = await upstream((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"ok":true}');
  });
  const seen = gate();
  const desk = { close() {}, ask: () => seen.opened.then(() => ({ allow: true, by: 'ann' }) as const) };
  const rig = await gatewayTo(target, { answerQuestions: [questionOf('q')] }, { desk, keepAliveMs: 5 });
  const got = await send(rig.port, { body: '{}', onText: (text) => /\n{2}/.test(text) && seen.open() });
  expect(got.text).toMatch(/^\n{2,}\{"ok":true\}$/);
  expect(got.headers).toMatchObject({ 'x-fcgate-decision': 'approve' });
  expect(JSON.parse(got.text)).toEqual({ ok: true });
});

test('what has no white space to spare waits in silence', async () => {
  const target = await upstream((_request, response) => {
    response.setHeader('content-type', 'text/plain');
    response.end('words');
  });
  const beats = { count: 0, seen: gate() };
  const desk = {
    close() {},
    ask: () => beats.seen.opened.then(() => ({ allow: true, by: 'ann' }) as const),
  };
  const law = {
    answerQuestions: [questionOf('q')],
    gate: (inner: AnswerGate): AnswerGate => ({
      ...inner,
      wait: () => {
        if (++beats.count === 3) beats.seen.open();
        return { entries: [], bytes: [], questions: [], done: false };
      },
    }),
  };
  const rig = await gatewayTo(target, law, { desk, keepAliveMs: 5 });
  expect(await send(rig.port, { body: '{}' })).toMatchObject({ status: 200, text: 'words' });
});

test.each(['questions', 'answerQuestions'])(
  'an app that leaves withdraws its question (%s)',
  async (kind) => {
    const asked = gate();
    const withdrawn = gate();
    const desk = {
      close() {},
      ask: (_question: unknown, signal: AbortSignal) => {
        asked.open();
        return new Promise<{ allow: false; code: 'approver_unavailable' }>((resolve) => {
          signal.addEventListener('abort', () => {
            withdrawn.open();
            resolve({ allow: false, code: 'approver_unavailable' });
          });
        });
      },
    };
    const rig = await gatewayTo(await upstream(echo), { [kind]: [questionOf('q')] }, { desk });
    const app = hurriedApp(rig.port);
    await asked.opened;
    app.hangUp();
    await withdrawn.opened;
    await rig.over(1);
    expect(rig.books.recordings).toHaveLength(1);
  },
);

test('closing lets open exchanges end, refuses what is held, takes nothing new, and flushes last', async () => {
  const reached = gate();
  const finishing = gate();
  const target = await upstream(async (request, response) => {
    reached.open();
    await finishing.opened;
    echo(request, response);
  });
  const rig = await gatewayTo(target);
  const open = send(rig.port, { body: '{}' });
  await reached.opened;
  const closing = rig.gateway.close({ drainMs: 10_000 });
  await expect(send(rig.port, { body: '{}' })).rejects.toThrow();
  finishing.open();
  expect(await open).toMatchObject({ status: 200, headers: { connection: 'close' } });
  await closing;
  expect(rig.books.lines.at(-1)).toBe('flushed');
});

test('closing does not wait for connections that are kept without an exchange', async () => {
  const rig = await gatewayTo(await upstream(echo));
  const agent = new http.Agent({ keepAlive: true });
  await new Promise((resolve) =>
    http.get({ port: rig.port, path: '/up/x', agent }, (response) => response.resume().on('end', resolve)),
  );
  const started = performance.now();
  await rig.gateway.close({ drainMs: 10_000 });
  expect(performance.now() - started).toBeLessThan(2000);
  agent.destroy();
});

test('what has not ended when the time is up is gateway_stopped', async () => {
  const reached = gate();
  const rig = await gatewayTo(await upstream(() => reached.open()));
  const open = send(rig.port, { body: '{}' });
  await reached.opened;
  await rig.gateway.close({ drainMs: 0 });
  expect(await open).toMatchObject({ status: 503, headers: { 'x-fcgate-code': 'gateway_stopped' } });
});

test('an app that does not read slows the upstream down instead of filling the memory', async () => {
  const piece = Buffer.alloc(64 << 10, 'x');
  let written = 0;
  const stuck = gate();
  const target = await upstream((_request, response) => {
    const write = (): void => {
      while (response.write(piece)) written += piece.length;
      response.once('drain', write);
      clearTimeout(timer);
      timer = setTimeout(stuck.open, 300);
    };
    let timer = setTimeout(stuck.open, 300);
    response.on('error', () => {});
    write();
  });
  // Longer than the upstream may be silent: this silence is the app's.
  const rig = await gatewayTo(target, { live: true, idleMs: 40, limit: 1 << 28 });
  const socket = net.connect(rig.port, '127.0.0.1', () => {
    socket.pause();
    socket.write(`GET /up/x HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\n\r\n`);
  });
  await stuck.opened;
  expect(written).toBeLessThan(64 << 20);
  expect(rig.books.recordings).toEqual([]);
  socket.destroy();
});

test('an answer that the gate holds may not grow without end', async () => {
  const rig = await gatewayTo(
    await upstream((_request, response) => void response.end(Buffer.alloc(200_000))),
    { limit: 100_000 },
  );
  const got = await send(rig.port);
  expect(codeOf(got.text)).toBe('unreadable_answer');
});

test('all bodies together have a limit, and it is given back', async () => {
  const reached = gate();
  const go = gate();
  const target = await upstream(async (request, response) => {
    reached.open();
    await go.opened;
    echo(request, response);
  });
  const rig = await gatewayTo(target, {}, { inFlight: 100 });
  const first = send(rig.port, { body: 'x'.repeat(60) });
  await reached.opened;
  expect(await send(rig.port, { body: 'x'.repeat(60) })).toMatchObject({ status: 413 });
  go.open();
  await first;
  expect((await send(rig.port, { path: '/up/x' })).status).not.toBe(413);
});

test('a broken request is 400 and does not stop the gateway', async () => {
  const rig = await gatewayTo(await upstream(echo));
  expect(await speak(rig.port, 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
  expect(await send(rig.port)).toMatchObject({ status: 200 });
});

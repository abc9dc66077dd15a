/** The control socket of a running gateway, and its visitors. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Desk } from '../../src/approval/desk.ts';
import { openControl } from '../../src/control/gateway.ts';
import { newNonce, proofOf, version } from '../../src/control/handshake.ts';
import { mirrorOf } from '../../src/control/mirror.ts';
import { openPairing } from '../../src/control/pairing.ts';
import { findPlaces } from '../../src/control/place.ts';
import type { Told } from '../../src/control/protocol.ts';
import { type Link, visitAll } from '../../src/control/visitor.ts';
import { questionOf } from '../approval/question.ts';

const ann = { subject: 'ann', groups: [], terminal: true };
const url = 'http://127.0.0.1:4141';

async function gateway({ paired = false, dir = folder() } = {}) {
  let ids = 0;
  const events: unknown[] = [];
  const books = { full: false };
  const desk = new Desk({
    now: Date.now,
    newId: () => `id-${++ids}`,
    write: (event) => {
      if (books.full) throw new Error('the disk is full');
      events.push(event);
    },
  });
  const left: number[] = [];
  const pairing = paired ? openPairing((each) => left.push(each)) : undefined;
  const control = await openControl({ dir, url, desk, approver: ann, pairing });
  onTestFinished(() => control.close());
  return { dir, desk, events, books, left, pairing, control };
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'fcgate-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 20 }));
  return dir;
}

async function visit(dir: string): Promise<Link> {
  const [link] = (await visitAll(dir)).links;
  onTestFinished(() => link!.close());
  return link!;
}

const ask = (desk: Desk, id: string, rest = {}) =>
  desk.ask(questionOf(id, rest), new AbortController().signal);

test('is announced in a file, and waits on a socket, that are their owner’s alone', async () => {
  const { dir } = await gateway();
  const modes = readdirSync(dir).map((name) => statSync(join(dir, name)).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600]);
});

test('a folder too deep for a socket’s path is no hindrance', async () => {
  const dir = mkdtempSync(join(folder(), 'x'.repeat(120)));
  const { desk, control } = await gateway({ dir });
  const [place] = findPlaces(dir);
  const link = await visit(dir);
  await link.watch(() => {});
  const answer = ask(desk, 'q');
  expect(await link.vote('q', { allow: true })).toBe('settled');
  expect(await answer).toMatchObject({ allow: true, by: 'ann' });
  await control.close();
  expect(() => statSync(place!.socket)).toThrow('ENOENT');
});

test('an answer too long to be sent is not taken, says so, and leaves the question and the link as they were', async () => {
  const { dir, desk } = await gateway();
  const link = await visit(dir);
  await link.watch(() => {});
  const answer = ask(desk, 'q');
  const edits = [{ path: '/note', value: 'x'.repeat(256 * 1024) }];
  expect(await link.vote('q', { allow: true, edits })).toEqual({
    fault: 'That is too long for an answer from here: at most 255 KiB.',
  });
  expect(await link.vote('q', { allow: true })).toBe('settled');
  expect(await answer).toMatchObject({ allow: true });
});

test('a list is nobody who is there, a watcher is somebody until the link ends', async () => {
  const { dir, desk } = await gateway();
  const link = await visit(dir);
  expect(await link.pending()).toEqual([]);
  expect(await ask(desk, 'q1')).toEqual({ allow: false, code: 'approver_unavailable' });
  await link.watch(() => {});
  const answer = ask(desk, 'q2');
  expect((await link.pending()).map(({ question }) => question.id)).toEqual(['q2']);
  link.close();
  expect(await answer).toMatchObject({ code: 'approver_unavailable', state: 'approver_gone' });
});

test('a watcher is told what waits, what comes, what changes and what is over', async () => {
  const { dir, desk, control } = await gateway();
  desk.attach(ann);
  void ask(desk, 'q1');
  const link = await visit(dir);
  const told: Told[] = [];
  await link.watch((what) => told.push(what));
  const seen = () =>
    told.map((what) =>
      what.told === 'desk' ? [what.pending.map(({ question }) => question.id), what.gone] : what.exchange,
    );
  expect(seen()).toEqual([[['q1'], []]]);
  void ask(desk, 'q2', { hash: 'beef' });
  await vi.waitUntil(() => told.length === 2, 20_000);
  void ask(desk, 'q3', { hash: 'beef' });
  await vi.waitUntil(() => told.length === 3, 20_000);
  desk.vote('q1', ann, { allow: true });
  await vi.waitUntil(() => told.length === 4, 20_000);
  control.tell({ exchange: 'e' });
  await vi.waitUntil(() => told.length === 5, 20_000);
  expect(seen()).toEqual([[['q1'], []], [['q2'], []], [['q2'], []], [[], ['q1']], { exchange: 'e' }]);
});

test('a second screen’s desk follows the first', async () => {
  const { dir, desk, events } = await gateway();
  const link = await visit(dir);
  const mirror = await mirrorOf(link, () => {});
  const reveal = (path: string) => (path === '/call/to' ? 'kim@vos.nl' : undefined);
  const answer = ask(desk, 'q', { reveal });
  await vi.waitUntil(() => mirror.pending.length === 1, 20_000);
  expect(mirror.pending[0]!.question).toMatchObject({ id: 'q', tool: 'refund' });
  expect(await mirror.reveal('q', ann, '/call/to')).toBe('kim@vos.nl');
  expect(events).toContainEqual({ event: 'approval_revealed', question: 'q', by: 'ann', path: '/call/to' });
  const grant = { kind: 'session' as const, expires: Date.now() + 60_000 };
  expect(await mirror.vote('q', ann, { allow: true, grant })).toBe('settled');
  expect(await answer).toMatchObject({ allow: true });
  await vi.waitUntil(() => mirror.pending.length === 0 && mirror.grants.list().length === 1, 20_000);
  const [{ id } = { id: '' }] = mirror.grants.list();
  expect(await mirror.grants.narrow(id, { expires: Date.now() + 1_000 })).toBe(true);
  expect(await mirror.grants.revoke(id)).toBe(true);
  expect(await mirror.grants.revoke(id)).toBe(false);
});

test('where a code is shown, nothing but looking is done without it', async () => {
  const { dir, desk, pairing } = await gateway({ paired: true });
  const link = await visit(dir);
  expect(link.pairing).toBe(true);
  await link.watch(() => {});
  const answer = ask(desk, 'q', { reveal: () => 'kim@vos.nl' });
  await expect(link.vote('q', { allow: true })).rejects.toThrow(/pairing code/);
  await expect(link.vote('q', { allow: false })).rejects.toThrow(/pairing code/);
  await expect(link.reveal('q', '/call/to')).rejects.toThrow(/pairing code/);
  await expect(link.revoke('g')).rejects.toThrow(/pairing code/);
  expect(await link.pair(pairing!.code.toLowerCase().replace('-', ' '))).toBe('paired');
  expect(await link.vote('q', { allow: true })).toBe('settled');
  expect(await answer).toMatchObject({ allow: true, by: 'ann' });
});

test('wrong codes are limited in number, over all visitors; who gave it before stays', async () => {
  const { dir, desk, left, pairing } = await gateway({ paired: true });
  const before = await visit(dir);
  expect(await before.pair(pairing!.code)).toBe('paired');
  for (const expected of ['wrong', 'wrong', 'wrong', 'wrong', 'locked'])
    expect(await (await visit(dir)).pair('AAAA-AAAA')).toBe(expected);
  expect(left).toEqual([4, 3, 2, 1, 0]);
  expect(await (await visit(dir)).pair(pairing!.code)).toBe('locked');
  await before.watch(() => {});
  void ask(desk, 'q');
  expect(await before.vote('q', { allow: true })).toBe('settled');
});

test('what cannot be put on the books is not done, and the visitor hears so', async () => {
  const { dir, desk, books } = await gateway();
  const link = await visit(dir);
  await link.watch(() => {});
  void ask(desk, 'q');
  books.full = true;
  await expect(link.vote('q', { allow: true })).rejects.toThrow('was not done');
});

test('a killed gateway’s announcement is cleared away', async () => {
  const dir = folder();
  const gone = { socket: join(dir, 'gone.sock'), token: 'x', url };
  writeFileSync(join(dir, 'gone.gateway'), JSON.stringify(gone), { mode: 0o600 });
  expect(await visitAll(dir)).toEqual({ links: [], faults: [] });
  expect(readdirSync(dir)).toEqual([]);
});

test.skipIf(process.platform === 'win32')('a socket that others may open is not trusted', async () => {
  const { dir } = await gateway();
  chmodSync(findPlaces(dir)[0]!.socket, 0o666);
  expect((await visitAll(dir)).faults[0]!.message).toContain('not yours alone');
});

test('something that answers in the gateway’s place, and has not read its file, is found out', async () => {
  const { dir } = await gateway();
  const [place] = findPlaces(dir);
  writeFileSync(place!.file, JSON.stringify({ ...place, token: 'another' }));
  expect((await visitAll(dir)).faults[0]!.message).toContain('cannot prove itself');
});

test('one that is not to be trusted does not bar the way to the others', async () => {
  const { dir } = await gateway();
  const [place] = findPlaces(dir);
  writeFileSync(place!.file, JSON.stringify({ ...place, token: 'another' }));
  await gateway({ dir });
  const { links, faults } = await visitAll(dir);
  for (const link of links) link.close();
  expect([links.length, faults.length]).toEqual([1, 1]);
});

/** Speaks to the socket as it likes; resolves with what was said when the gateway hangs up. */
async function speak(dir: string, ...lines: ((heard: string) => string)[]): Promise<string> {
  const socket = connect(findPlaces(dir)[0]!.socket).setEncoding('utf8');
  // It may hang up before all was said.
  socket.on('error', () => {});
  let heard = '';
  socket.on('data', (text: string) => {
    heard += text;
    const next = lines.shift();
    if (next) socket.write(`${next(heard)}\n`);
  });
  socket.write(`${lines.shift()!('')}\n`);
  await new Promise((resolve) => socket.once('close', resolve));
  return heard;
}

const hello = () => JSON.stringify({ fcgate: version, nonce: 'ab' });

test.each<[string, ...(() => string)[]]>([
  ['no JSON', () => 'GET / HTTP/1.1'],
  ['another version', () => '{"fcgate":99,"nonce":"ab"}'],
  ['no nonce', () => JSON.stringify({ fcgate: version })],
  ['a wrong proof', hello, () => '{"proof":"00"}'],
  ['a request in place of a proof', hello, () => '{"n":1,"do":"watch"}'],
  ['a line without end', () => 'x'.repeat(300_000)],
])('hangs up on %s', async (_name, ...lines) => {
  const { dir, desk } = await gateway();
  expect(await speak(dir, ...lines)).not.toContain('"n":');
  expect(await ask(desk, 'q')).toMatchObject({ allow: false });
});

const vote = (rest: object) => ({ n: 1, do: 'vote', id: 'q', vote: { allow: true, ...rest } });

test.each([
  { n: 1, do: 'stop' },
  { n: 'one', do: 'watch' },
  { do: 'watch' },
  { n: 1, do: 'vote', id: 'q' },
  { n: 1, do: 'vote', vote: { allow: true } },
  vote({ allow: 'yes' }),
  vote({ reason: 7 }),
  vote({ grant: { kind: 'always', expires: 1 } }),
  vote({ grant: { kind: 'session', expires: 'never' } }),
  vote({ grant: { kind: 'pattern', expires: 1, match: { '/a': 1 } } }),
  { n: 1, do: 'reveal', id: 'q' },
  { n: 1, do: 'narrow', id: 'g', expires: 1.5 },
  { n: 1, do: 'pair' },
  'watch',
  null,
])('hangs up on a request that is none: %#', async (request) => {
  const { dir, desk } = await gateway();
  desk.attach(ann);
  void ask(desk, 'q');
  const token = findPlaces(dir)[0]!.token;
  const prove = (heard: string) => {
    const { nonce } = JSON.parse(heard) as { nonce: string };
    return `${JSON.stringify({ proof: proofOf('visitor', token, { visitor: 'ab', gateway: nonce }) })}\n${JSON.stringify(request)}`;
  };
  expect(await speak(dir, hello, prove)).not.toContain('"n":');
  expect(desk.pending).toHaveLength(1);
});

test('proofs are of one meeting, one version and one side', () => {
  const nonces = { visitor: newNonce(), gateway: newNonce() };
  const proofs = [
    proofOf('visitor', 'token', nonces),
    proofOf('gateway', 'token', nonces),
    proofOf('visitor', 'other', nonces),
    proofOf('visitor', 'token', { ...nonces, gateway: newNonce() }),
  ];
  expect(new Set(proofs).size).toBe(4);
});

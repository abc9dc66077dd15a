/** People who are not here are told of questions by a webhook; what it says back decides nothing. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Desk } from '../../src/approval/desk.ts';
import { openAnnouncer } from '../../src/control/announce.ts';
import { questionOf } from '../approval/question.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const ann = { subject: 'ann', groups: ['finance'], terminal: true };
const stay = new AbortController().signal;

interface Got {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function receiver(answer: (response: ServerResponse, count: number) => void = (r) => void r.end('ok')) {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      got.push({ method: request.method!, headers: request.headers, body });
      answer(response, got.length);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}/hook`, got };
}

function open(...hooks: { readonly url: string; readonly group?: string }[]) {
  const warned: string[] = [];
  const announcer = openAnnouncer({
    tell: ({ question }) => ({ text: `fcgate: ${question.tool}`, data: { shown: question.shown } }),
    warn: (line) => warned.push(line),
  });
  announcer.use(hooks.map(({ url, group }) => ({ url, group, secret })));
  let ids = 0;
  const { reaches } = announcer;
  const desk = new Desk({ now: Date.now, newId: () => `id-${++ids}`, write: () => {}, reaches });
  onTestFinished(announcer.follow(desk));
  return { desk, warned };
}

const until = <T>(what: () => T) => vi.waitUntil(what, { timeout: 20_000 });

test('a question waits for whom the webhook tells, who checks its signature, and hears when it is over', async () => {
  const { url, got } = await receiver();
  const { desk } = open({ url });
  const answer = desk.ask(questionOf('q'), stay);
  await until(() => got.length === 1);
  const [{ method, headers, body }] = got as [Got];
  expect(method).toBe('POST');
  expect(headers['webhook-id']).toBe('q');
  const signed = `q.${headers['webhook-timestamp']}.${body}`;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  expect(headers['webhook-signature']).toBe(
    `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
  );
  expect(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))).toBeLessThan(60);
  expect(JSON.parse(body)).toMatchObject({ type: 'approval.asked', text: 'fcgate: refund' });
  expect(desk.pending).toHaveLength(1);
  desk.vote('q', ann, { allow: true });
  expect(await answer).toMatchObject({ allow: true });
  await until(() => got.length === 2);
  expect(JSON.parse(got[1]!.body)).toMatchObject({ type: 'approval.over', data: { id: 'q' } });
});

test('what cannot be taken now is sent again, as the same message', async () => {
  const { url, got } = await receiver((response, count) => {
    response.statusCode = count === 1 ? 503 : 200;
    response.end('approved');
  });
  const { desk, warned } = open({ url });
  void desk.ask(questionOf('q'), stay);
  await until(() => got.length === 2);
  expect(got.map(({ headers }) => headers['webhook-id'])).toEqual(['q', 'q']);
  expect(got[0]!.body).toBe(got[1]!.body);
  expect(desk.pending).toHaveLength(1);
  expect(warned).toEqual([]);
});

test.each([
  ['what is refused', 410],
  ['a redirect', 302],
  ['a lasting redirect', 308],
])('%s is told to who runs the gateway, once, without the URL', async (_what, status) => {
  const { url, got } = await receiver((response) => {
    response.statusCode = status;
    response.setHeader('location', '/elsewhere');
    response.end();
  });
  const { desk, warned } = open({ url });
  void desk.ask(questionOf('q'), stay);
  await until(() => warned.length === 1);
  expect(warned[0]).toContain(`(status ${status})`);
  expect(warned[0]).not.toContain(url);
  expect(got).toHaveLength(1);
});

test('a group’s webhook hears of that group’s questions alone; who nobody tells is refused at once', async () => {
  const { url, got } = await receiver();
  const { desk } = open({ url, group: 'finance' });
  const byFinance = { groups: ['finance'], users: [], min: 1, self: false };
  expect(await desk.ask(questionOf('p'), stay)).toMatchObject({ code: 'approver_unavailable' });
  void desk.ask(questionOf('q', { demand: byFinance }), stay);
  await until(() => got.length === 1);
  expect(got[0]!.headers['webhook-id']).toBe('q');
});

/** An exchange from the upstream's answer to the app: fed to the gate, and what the gate releases written, in order. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { AnswerGate, AnswerHead, AnswerStep, Refused } from '../flow/steps.ts';
import { ask, type Call, enter, finish, giveBack, hold, marks, refuse, sendRefusal } from './call.ts';
import { decodeStream, layersOf } from './encoding.ts';
import { fromUpstream } from './headers.ts';

type OpenGate = (head: AnswerHead) => AnswerGate;

interface Answer {
  readonly call: Call;
  readonly gate: AnswerGate;
  readonly source: Readable | undefined;
  /** Bytes that the gate took and has not released. */
  held: number;
}

/** The upstream gave no answer: the app gets a refusal. */
export function carryFailure(call: Call, fail: () => Refused): void {
  attempt(call, undefined, () => {
    const refused = fail();
    enter(call, [refused.entry]);
    sendRefusal(call, refused.refusal);
    finish(call, (ms) => refused.recording(ms));
  });
}

/** The upstream answered something that cannot be opened at all. */
export function carryGarbage(call: Call, open: OpenGate, detail: string): void {
  attempt(call, undefined, () =>
    cut({ call, gate: open({ status: 502, headers: {} }), source: undefined, held: 0 }, detail),
  );
}

export function carryAnswer(call: Call, open: OpenGate, upstream: IncomingMessage): void {
  if (call.over) return void upstream.destroy();
  attempt(call, upstream, () => {
    const gate = open({ status: upstream.statusCode!, headers: fromUpstream(upstream.headers) });
    const encoding = upstream.headers['content-encoding'];
    try {
      const source = encoding === undefined ? upstream : decodeStream(upstream, layersOf(encoding));
      feed({ call, gate, source, held: 0 }, source);
    } catch (error) {
      cut({ call, gate, source: upstream, held: 0 }, (error as Error).message);
    }
  });
}

function feed(answer: Answer, source: Readable): void {
  const { call, gate } = answer;
  let whole = false;
  const broken = (): void => cut(answer, 'The upstream broke off in the middle of its answer.');
  call.giveUp = (why) =>
    cut(answer, `The ${why === 'app_left' ? 'app left' : 'gateway stopped'} before the answer ended.`);
  source.on('data', (bytes: Buffer) => {
    answer.held += bytes.length;
    if (answer.held > call.governance.limits.body)
      cut(answer, 'More of the answer is held than limits.body allows.');
    else if (!hold(call, bytes.length)) cut(answer, 'All open exchanges together hold too many bytes.');
    else turn(answer, () => gate.push(bytes));
  });
  source.on('end', () => {
    whole = true;
    turn(answer, () => gate.end());
  });
  source.on('error', broken);
  source.on('close', () => whole || broken());
}

/** Whatever the gate makes of it, a cut answer is over. */
function cut(answer: Answer, detail: string): void {
  turn(answer, () => ({ ...answer.gate.cut(detail), done: true }));
}

/** One turn of the gate: on the books first, then out, then what is asked. */
function turn(answer: Answer, advance: () => AnswerStep): void {
  const { call, gate, source } = answer;
  attempt(call, source, () => {
    const started = performance.now();
    const step = advance();
    enter(call, step.entries);
    release(answer, step);
    call.addedMs += performance.now() - started;
    for (const question of step.questions) {
      void ask(call, question).then((reply) => turn(answer, () => gate.answer(question.id, reply)));
    }
    if (!step.done) return;
    finish(call, (ms) => gate.recording(ms));
    if (source && !source.readableEnded) source.destroy();
  });
}

/** What breaks releases nothing more: the app gets a refusal, or a broken connection where it has a head already. */
function attempt(call: Call, source: Readable | undefined, action: () => void): void {
  if (call.over) return;
  try {
    action();
  } catch (error) {
    refuse(call, error);
    source?.destroy();
  }
}

function release(answer: Answer, { head, bytes, done }: AnswerStep): void {
  const { call } = answer;
  let size = 0;
  for (const piece of bytes) size += piece.length;
  const given = Math.min(size, answer.held);
  answer.held -= given;
  giveBack(call, given);
  if (call.gone) return;
  call.house.metrics.bytes('to_app', size);
  if (head) writeHead(call, head, done ? size : undefined);
  if (done) end(call, bytes);
  else pass(answer, bytes);
}

function pass(answer: Answer, bytes: readonly Uint8Array[]): void {
  const { response } = answer.call;
  let flowing = true;
  for (const piece of bytes) flowing = response.write(piece);
  if (!flowing) waitForApp(answer);
}

function writeHead(call: Call, { status, headers }: AnswerHead, size: number | undefined): void {
  const bodiless = status === 204 || status === 304 || call.request.method === 'HEAD';
  const length = size === undefined || bodiless ? undefined : { 'content-length': size };
  call.response.writeHead(status, { ...headers, ...marks(call), ...length });
  if (size === undefined) call.response.flushHeaders();
}

function end({ response }: Call, bytes: readonly Uint8Array[]): void {
  const last = bytes.length - 1;
  if (last > 0) response.cork();
  for (let i = 0; i < last; i++) response.write(bytes[i]!);
  response.end(bytes[last]);
}

/** A slow app slows the upstream down. */
function waitForApp({ call, source }: Answer): void {
  source?.pause();
  call.response.once('drain', () => source?.resume());
}

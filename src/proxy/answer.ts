/** An exchange from the upstream's answer to the app: fed to the gate, and what the gate releases written, in order. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { AnswerGate, AnswerHead, AnswerStep } from '../flow/steps.ts';
import { ask, type Call, enter, finish, hold, marks, refuse, type Waiting, type Why } from './call.ts';
import { decodeStream, layersOf } from './encoding.ts';
import { fromUpstream } from './headers.ts';

/** What of a settled request the answer needs. */
interface Settled {
  openAnswer(head: AnswerHead): AnswerGate;
}

export function openAnswer(call: Call, settled: Settled, upstream: IncomingMessage): void {
  const gate = settled.openAnswer({ status: upstream.statusCode!, headers: fromUpstream(upstream.headers) });
  const encoding = upstream.headers['content-encoding'];
  try {
    const source = encoding === undefined ? upstream : decodeStream(upstream, layersOf(encoding));
    new Answer(call, gate, source).begin();
  } catch (error) {
    new Answer(call, gate, upstream).cut((error as Error).message);
  }
}

/** The upstream answered, but not in HTTP. */
export function tellGarbage(call: Call, settled: Settled, detail: string): void {
  new Answer(call, settled.openAnswer({ status: 502, headers: {} }), undefined).cut(detail);
}

const brokenOff = 'The upstream broke off in the middle of its answer.';

const endings: Readonly<Record<Why, string>> = {
  app_left: 'The app left before the answer ended.',
  gateway_stopped: 'The gateway stopped before the answer ended.',
  upstream_silent: 'The upstream fell silent in the middle of its answer.',
};

/** What every reader passes over, by the kind of answer: while a person decides, it keeps the app from giving up. */
const FILLERS: readonly (readonly [type: RegExp, filler: string])[] = [
  [/^text\/event-stream\b/i, ': fcgate waits for approval\n\n'],
  [/\bjson$/i, '\n'],
];

class Answer implements Waiting {
  readonly #call: Call;
  readonly #gate: AnswerGate;
  readonly #source: Readable | undefined;
  /** Bytes that the gate took: it keeps them for the recording until the answer is over. */
  #held = 0;
  #whole = false;
  /** The app reads more slowly than the answer comes. */
  #full = false;
  /** Questions that nobody has answered yet. */
  #asked = 0;
  #filler: string | undefined;
  #beat: NodeJS.Timeout | undefined;

  constructor(call: Call, gate: AnswerGate, source: Readable | undefined) {
    this.#call = call;
    this.#gate = gate;
    this.#source = source;
    call.waiting = this;
    call.heard = performance.now();
  }

  begin(): void {
    const source = this.#source!;
    // All that came together is one turn: a stream's events are often written side by side.
    source.on('readable', () => this.#read());
    source.on('end', () => {
      this.#whole = true;
      this.#turn(() => this.#gate.end());
    });
    source.on('error', () => this.cut(brokenOff));
    source.on('close', () => this.#whole || this.cut(brokenOff));
  }

  giveUp(why: Why): void {
    if (why === 'upstream_silent' && this.#whole) return;
    // Who was asked is told first that it is over: the books have that as the answer, and of a whole answer nothing else.
    if (this.#asked > 0) setImmediate(() => this.cut(endings[why]));
    else this.cut(endings[why]);
  }

  /** Whatever the gate makes of it, a cut answer is over. */
  cut(detail: string): void {
    this.#turn(() => ({ ...this.#gate.cut(detail), done: true }));
  }

  #read(): void {
    while (!this.#full) {
      const bytes: Buffer | null = this.#source!.read();
      if (bytes === null) return;
      this.#take(bytes);
    }
  }

  #take(bytes: Buffer): void {
    this.#call.heard = performance.now();
    this.#held += bytes.length;
    if (this.#held > this.#call.governance.limits.body) {
      this.cut('More of the answer is held than limits.body allows.');
    } else if (!hold(this.#call, bytes.length)) {
      this.cut('All open exchanges together hold too many bytes.');
    } else {
      this.#turn(() => this.#gate.push(bytes));
    }
  }

  /**
   * One turn of the gate: on the books first, then out, then what is asked. What breaks releases nothing more: the app
   * gets a refusal, or a broken connection where it has a head already.
   */
  #turn(advance: () => AnswerStep): void {
    const call = this.#call;
    if (call.over) return;
    try {
      const started = performance.now();
      const step = advance();
      enter(call, step.entries);
      this.#release(step);
      call.addedMs += performance.now() - started;
      for (const question of step.questions) {
        this.#asked++;
        void ask(call, question).then((reply) => {
          this.#asked--;
          this.#turn(() => this.#gate.answer(question.id, reply));
        });
      }
      if (this.#asked > 0) this.#keepAlive();
      if (step.done) finish(call, this.#gate);
    } catch (error) {
      refuse(call, error);
    }
    if (call.over && !this.#whole) this.#source?.destroy();
  }

  /** While a person decides; a plain answer's head goes ahead only when the first such time is over. */
  #keepAlive(): void {
    const call = this.#call;
    this.#beat ??= setInterval(() => {
      if (this.#asked > 0 && !call.over && !call.gone) {
        if (!call.response.headersSent) this.#turn(() => this.#gate.wait());
        if (call.response.headersSent && this.#filler) call.response.write(this.#filler);
        return;
      }
      clearInterval(this.#beat);
      this.#beat = undefined;
    }, call.house.keepAliveMs).unref();
  }

  #release({ head, bytes, done }: AnswerStep): void {
    const call = this.#call;
    let size = 0;
    for (const piece of bytes) size += piece.length;
    if (call.gone) return;
    call.house.metrics.bytes('to_app', size);
    if (head) writeHead(call, head, done ? size : undefined);
    if (head) this.#filler = fillerOf(head);
    // Later versions of Node lose what is corked behind chunks that went out before.
    if (done && !head) call.response.end(Buffer.concat(bytes));
    else if (done) end(call, bytes);
    else if (size > 0) this.#pass(bytes);
    else if (head) call.response.flushHeaders();
  }

  /** A slow app slows the upstream down. */
  #pass(bytes: readonly Uint8Array[]): void {
    const { response } = this.#call;
    // One chunk for all that goes on together: each write costs as much as copying many events.
    if (response.write(bytes.length === 1 ? bytes[0] : Buffer.concat(bytes))) return;
    this.#full = true;
    // A silence of the app's making is not the upstream's.
    this.#call.heard = Number.POSITIVE_INFINITY;
    response.once('drain', () => {
      this.#call.heard = performance.now();
      this.#full = false;
      this.#read();
    });
  }
}

function fillerOf({ headers }: AnswerHead): string | undefined {
  const type = (headers['content-type'] ?? '').split(';')[0]!.trim();
  return FILLERS.find(([kind]) => kind.test(type))?.[1];
}

/** `size` where the whole body is known. */
function writeHead(call: Call, { status, headers }: AnswerHead, size: number | undefined): void {
  const sent = marks(call);
  for (const name in headers) sent.push(name, headers[name]!);
  const bodiless = status === 204 || status === 304 || call.request.method === 'HEAD';
  if (size !== undefined && !bodiless) sent.push('content-length', String(size));
  call.response.writeHead(status, sent);
}

function end({ response }: Call, bytes: readonly Uint8Array[]): void {
  const last = bytes.length - 1;
  if (last > 0) response.cork();
  for (let i = 0; i < last; i++) response.write(bytes[i]!);
  response.end(bytes[last]);
}

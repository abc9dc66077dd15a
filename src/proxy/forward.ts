/** A request on its way to the upstream, until there is an answer or there will be none. */
import type { IncomingMessage } from 'node:http';
import type { RequestStep } from '../flow/steps.ts';
import { openAnswer, tellGarbage } from './answer.ts';
import { type Call, enter, finish, refuse, sendRefusal, type Waiting, type Why } from './call.ts';
import { withCredential } from './headers.ts';
import type { Listener, Outgoing, Running } from './upstream.ts';

export type ForwardStep = Extract<RequestStep, { kind: 'forward' }>;

export function forward(call: Call, step: ForwardStep): void {
  const forwarding = new Forwarding(call, step);
  if (call.gone) forwarding.giveUp('app_left');
  else forwarding.send();
}

type Failure = 'upstream_unreachable' | 'upstream_timeout' | 'gateway_stopped';

const endings: Readonly<Record<Why, [Failure, string]>> = {
  app_left: ['upstream_unreachable', 'The app left before the upstream answered.'],
  gateway_stopped: ['gateway_stopped', 'The gateway stopped before the upstream answered.'],
  upstream_silent: ['upstream_timeout', 'The upstream said nothing within the time limit.'],
};

/** A class, as is the answer: closures that wait on the call were seen to keep a whole exchange alive past its end. */
class Forwarding implements Listener, Waiting {
  readonly #call: Call;
  readonly #step: ForwardStep;
  #running: Running | undefined;
  /** From then on what breaks is told by the answer's own stream, which can end what has begun. */
  #answered = false;

  constructor(call: Call, step: ForwardStep) {
    this.#call = call;
    this.#step = step;
  }

  send(): void {
    const { house, request, response, connection, credential } = this.#call;
    const { path, headers, body } = this.#step;
    for (const piece of body ?? []) house.metrics.bytes('to_model', piece.length);
    const own = credential ? withCredential(path, headers, credential) : { path, headers };
    const outgoing: Outgoing = { target: connection!.target, ...own, body };
    this.#call.waiting = this;
    this.#call.heard = performance.now();
    this.#running = house.upstream.call(request, response, outgoing, this);
  }

  answer(source: IncomingMessage): void {
    this.#answered = true;
    this.#attempt(() => openAnswer(this.#call, this.#step, source), source);
  }

  garbage(detail: string): void {
    if (!this.#answered) this.#attempt(() => tellGarbage(this.#call, this.#step, detail));
  }

  failed(code: Failure, detail: string): void {
    if (this.#answered) return;
    this.#attempt(() => {
      const refused = this.#step.failed(code, detail);
      enter(this.#call, [refused.entry]);
      sendRefusal(this.#call, refused.refusal);
      finish(this.#call, refused);
    });
  }

  giveUp(why: Why): void {
    this.#running?.cancel();
    this.failed(...endings[why]);
  }

  #attempt(action: () => void, source?: IncomingMessage): void {
    try {
      if (this.#call.over) source?.destroy();
      else action();
    } catch (error) {
      refuse(this.#call, error);
      source?.destroy();
    }
  }
}

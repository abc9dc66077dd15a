/** Questions told to a webhook, signed as Standard Webhooks has it. Whatever comes back decides nothing. */
import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

export interface Webhook {
  readonly url: string;
  /** As the receiver has it: `whsec_` and the key in base64. */
  readonly secret: string;
}

export interface Letter {
  /** The same for every try. */
  readonly id: string;
  readonly body: string;
}

const delaysMs = [0, 1_000, 5_000, 25_000];
const answerMs = 10_000;

/**
 * Tries again, later each time, until it is taken or the signal says that it matters no more. Resolves with why it was
 * not taken in the end; never with the URL, which lets its holder write.
 */
export async function deliver(
  hook: Webhook,
  letter: Letter,
  signal: AbortSignal,
): Promise<string | undefined> {
  let why: string | undefined;
  for (const delay of delaysMs) {
    try {
      await wait(delay, undefined, { signal, ref: false });
      why = await post(hook, letter, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      why = causeOf(error);
    }
    if (why === undefined || isFinal(why)) return why;
  }
  return why;
}

async function post(
  { url, secret }: Webhook,
  { id, body }: Letter,
  signal: AbortSignal,
): Promise<string | undefined> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'fcgate',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signatureOf(secret, `${id}.${timestamp}.${body}`)}`,
    },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
  });
  await response.body?.cancel();
  return response.ok ? undefined : `status ${response.status}`;
}

const signatureOf = (secret: string, text: string): string =>
  createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(text)
    .digest('base64');

/** What the receiver refuses, or sends elsewhere, it will again; what it cannot take now it may take later. */
const isFinal = (why: string): boolean => /^status (?:3|4(?!08|29))/.test(why);

function causeOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? (name === 'TimeoutError' ? 'no answer in time' : 'no connection');
}

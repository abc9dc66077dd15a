/** What a refused caller reads: code, author's reason, rule and exchange, never a masked value. */
import { httpStatus } from '../errors.ts';
import type { Code, Provider } from '../exchange.ts';
import type { AskedById, Codec } from '../wire/codec.ts';
import { codecOf } from '../wire/codecs.ts';
import type { Refusal } from './steps.ts';

/** The message that begins `fcgate CODE:`. */
export function messageOf(code: Code, detail: string, exchange: string): string {
  return `fcgate ${code}: ${detail.trim().replace(/\.$/, '')} (exchange ${exchange})`;
}

/** A refusal in the provider's own error shape. Messages that were asked for have theirs in a good answer (JSON-RPC). */
export function refusal(
  codec: Codec,
  code: Code,
  detail: string,
  exchange: string,
  asked?: AskedById,
): Refusal {
  const status = asked?.size ? 200 : httpStatus[code];
  const message = messageOf(code, detail, exchange);
  return {
    code,
    status,
    message,
    headers: {
      'content-type': 'application/json',
      'x-fcgate-code': code,
      'x-should-retry': 'false',
    },
    body: codec.errorBody(code, httpStatus[code], message, asked),
  };
}

export const providerRefusal = (provider: Provider, code: Code, detail: string, exchange: string): Refusal =>
  refusal(codecOf(provider), code, detail, exchange);

/** Collects a request's body, within the limits of one body and of all that is open together. */
import type { IncomingMessage } from 'node:http';
import { FcgateError } from '../errors.ts';

/** The app went away before its request was whole: there is nobody to answer. */
export class AppLeft extends Error {}

/** `take` counts what is held: false refuses it. Resolves with undefined where there is no body at all. */
export function collect(
  request: IncomingMessage,
  limit: number,
  take: (bytes: number) => boolean,
): Promise<Uint8Array | undefined> | undefined {
  const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
  if (chunked === undefined && (length === undefined || length === '0')) return undefined;
  if (Number(length) > limit) throw tooLarge(limit);
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const refuse = (error: Error): void => {
      request.removeAllListeners('data').resume();
      reject(error);
    };
    request.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > limit) return refuse(tooLarge(limit));
      if (!take(piece.length)) return refuse(crowded());
      pieces.push(piece);
    });
    request.on('end', () => resolve(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, size)));
    request.on('close', () => request.complete || reject(new AppLeft()));
    request.on('error', () => reject(new AppLeft()));
  });
}

const tooLarge = (limit: number): FcgateError =>
  new FcgateError(
    'body_too_large',
    `The body is larger than ${limit} bytes (limits.body in the policy file).`,
  );

export const crowded = (): FcgateError =>
  new FcgateError(
    'body_too_large',
    'All open exchanges together hold too many bytes. Try again in a moment.',
  );

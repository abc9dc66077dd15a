import { TextDecoder } from 'node:util';

/** The lines of a text that arrives in pieces, without their ends. The last one counts even if nothing ends it. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + asText(piece, decoder)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

/** The whole of it. */
export async function textOf(pieces: AsyncIterable<Uint8Array | string>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const parts: string[] = [];
  for await (const piece of pieces) parts.push(asText(piece, decoder));
  return parts.join('') + decoder.decode();
}

const asText = (piece: Uint8Array | string, decoder: TextDecoder): string =>
  typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });

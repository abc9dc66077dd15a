/** Content encodings: what they wrap must be read, so they are taken off, with limits on what comes out. */
import { type Duplex, PassThrough, pipeline, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { FcgateError } from '../errors.ts';

interface Coding {
  /** Given the first byte, since `deflate` is spoken with a zlib wrapper and without. */
  readonly stream: (first: number) => Duplex;
  readonly whole: (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;
}

type Whole = (
  bytes: Uint8Array,
  options: { maxOutputLength: number },
  done: (error: Error | null, result: Buffer) => void,
) => void;

const promised = (whole: Whole): Coding['whole'] => promisify(whole);
const inflate = promised(zlib.inflate);
const inflateRaw = promised(zlib.inflateRaw);

/** RFC 1950: a zlib wrapper's first byte says method 8, which no raw stream's first byte may be taken for in practice. */
const isWrapped = (first: number): boolean => (first & 0x0f) === 8;

const gzip: Coding = { stream: () => zlib.createGunzip(), whole: promised(zlib.gunzip) };

const codings = new Map<string, Coding>([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['br', { stream: () => zlib.createBrotliDecompress(), whole: promised(zlib.brotliDecompress) }],
  [
    'deflate',
    {
      stream: (first) => (isWrapped(first) ? zlib.createInflate() : zlib.createInflateRaw()),
      whole: (bytes, options) =>
        isWrapped(bytes[0] ?? 0) ? inflate(bytes, options) : inflateRaw(bytes, options),
    },
  ],
  ...zstd(),
]);

/** zstd where this node has it (22.15 and later). */
function zstd(): [string, Coding][] {
  const found = zlib as unknown as { zstdDecompress?: Whole; createZstdDecompress?: () => Duplex };
  const { zstdDecompress, createZstdDecompress } = found;
  if (!zstdDecompress || !createZstdDecompress) return [];
  return [['zstd', { stream: createZstdDecompress, whole: promised(zstdDecompress) }]];
}

/** Outermost first. */
export type Layers = readonly Coding[];

const maxLayers = 2;
/** A body may grow to this many times its size, once it is larger than a megabyte. */
const maxRatio = 100;
const freeGrowth = 1 << 20;

/** The layers that a `Content-Encoding` names; none for `identity`. Throws `uninspectable`. */
export function layersOf(header: string | undefined): Layers {
  if (header === undefined) return [];
  const names = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const layers = names.filter((name) => name !== 'identity' && name !== '');
  if (layers.length > maxLayers) {
    throw new FcgateError('uninspectable', `The body is encoded more than ${maxLayers} times.`);
  }
  return layers.reverse().map((name) => {
    const coding = codings.get(name);
    if (coding) return coding;
    throw new FcgateError(
      'uninspectable',
      `The body has a Content-Encoding that cannot be read here${name === 'zstd' ? ' (zstd needs Node 22.15 or later)' : ''}. Use one of: ${[...codings.keys()].join(', ')}.`,
    );
  });
}

/** Takes the layers off a whole body. Throws `body_too_large` or `invalid_body`. */
export async function decode(bytes: Uint8Array, layers: Layers, limit: number): Promise<Uint8Array> {
  const most = Math.min(limit, Math.max(freeGrowth, bytes.length * maxRatio));
  let result = bytes;
  for (const layer of layers) {
    try {
      result = await layer.whole(result, { maxOutputLength: most });
    } catch (error) {
      throw isTooLarge(error)
        ? new FcgateError('body_too_large', `The body decodes to more than ${most} bytes.`)
        : new FcgateError('invalid_body', 'The body is not what its Content-Encoding says.');
    }
  }
  return result;
}

const isTooLarge = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';

/** Takes the layers off an answer as it comes. A broken encoding ends the result with an error. */
export function decodeStream(source: Readable, layers: Layers): Readable {
  return layers.reduce((inner, layer) => takeOff(inner, layer), source);
}

function takeOff(source: Readable, layer: Coding): Readable {
  const result = new PassThrough();
  source.once('error', (error) => result.destroy(error));
  result.once('close', () => source.destroy());
  source.once('readable', () => {
    const first: Buffer | null = source.read();
    if (first === null) return result.end();
    source.unshift(first);
    return pipeline(source, layer.stream(first[0]!), result, () => {});
  });
  return result;
}

/** Values of the body that a header says again (MCP): an edit of one is an edit of the other, or servers refuse both. */
import type { Leaf, Unit } from '../exchange.ts';
import type { Reading } from '../wire/codec.ts';
import { applySplices, type Chunk, echoedIn, type Splice } from '../wire/edit.ts';
import { decodeMirror, encodeMirror, isMirror } from '../wire/mcp-headers.ts';
import type { RequestHead } from './steps.ts';

/** A header that repeats the body to the letter. */
export interface Mirror {
  readonly name: string;
  /** Its value, decoded. */
  readonly bytes: Uint8Array;
  readonly chunk: Chunk;
}

/** The reading, of which the leaves that a header repeats stand in that header too. */
export function mirrored<R extends Reading | undefined>(
  reading: R,
  head: RequestHead,
): { readonly reading: R; readonly mirrors: readonly Mirror[] } {
  const headers = Object.entries(head.headers).filter(([name]) => isMirror(name));
  if (!reading?.asked || headers.length === 0) return { reading, mirrors: [] };
  let { units } = reading;
  const mirrors = headers.flatMap(([name, value]) => {
    const bytes = decodeMirror(value);
    const mirror: Mirror = { name, bytes, chunk: {} };
    const told = units.map((unit) => withEchoes(unit, mirror));
    const repeats = told.some((unit, i) => unit !== units[i] || unit.tool?.name === bytes.toString());
    units = told;
    return repeats ? [mirror] : [];
  });
  return { reading: { ...reading, units }, mirrors };
}

function withEchoes(unit: Unit, { bytes, chunk }: Mirror): Unit {
  const same = ({ kind, ...leaf }: Leaf): boolean =>
    kind !== 'key' && Buffer.compare(leaf.bytes.subarray(leaf.start, leaf.end), bytes) === 0;
  if (!unit.leaves.some(same)) return unit;
  return { ...unit, leaves: unit.leaves.map((leaf) => (same(leaf) ? echoedIn(leaf, chunk) : leaf)) };
}

/** The headers with the splices made. */
export function editMirrors(
  headers: RequestHead['headers'],
  mirrors: readonly Mirror[],
  changed: ReadonlyMap<Chunk, readonly Splice[]>,
): RequestHead['headers'] {
  const edited = mirrors.flatMap(({ name, bytes, chunk }) => {
    const own = changed.get(chunk);
    return own ? [[name, encodeMirror(Buffer.concat(applySplices({ bytes }, own)))] as const] : [];
  });
  return edited.length === 0 ? headers : { ...headers, ...Object.fromEntries(edited) };
}

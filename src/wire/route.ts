/** What becomes of a request by its provider, method and path. */
import type { Provider } from '../exchange.ts';
import type { Codec } from './codec.ts';
import { codecOf } from './codecs.ts';
import { otherOf } from './generic.ts';
import { type Closed, type Fate, NAMES, recognised, type Table, tables } from './paths.ts';

export type Route =
  | {
      readonly kind: 'governed';
      readonly codec: Codec;
      /** Where it goes, if elsewhere. */
      readonly path?: string;
    }
  | { readonly kind: 'harmless'; readonly codec: Codec }
  | {
      readonly kind: 'unlisted';
      /** Where it is known that it cannot be inspected. */
      readonly why?: string;
    };

interface Row {
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly fate: Fate;
}

const rowsOf = (table: Table): Row[] =>
  Object.entries(table).map(([line, fate]) => {
    const [path = '', ...methods] = line.split(' ').reverse();
    const pattern = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => NAMES[name]!);
    return { methods, path: new RegExp(`^${pattern}$`), fate };
  });

const rows: ReadonlyMap<string, readonly Row[]> = new Map(
  Object.entries(tables).map(([provider, table]) => [provider, rowsOf(table)]),
);

const anywhere = rowsOf(recognised);

/** `path` is what follows the connection's name, without the query; `extra` are the connection's own patterns. */
export function route(provider: Provider, method: string, path: string, extra: readonly string[]): Route {
  const other = otherOf(codecOf(provider));
  const known = find(rows.get(provider)!, method, path);
  const listed = provider === 'generic' || extra.some((pattern) => fits(pattern, path));
  if (known && !(listed && isClosed(known))) return routed(known, path, other);
  if (!listed) return { kind: 'unlisted' };
  return routed(find(anywhere, method, path) ?? other, path, other);
}

function routed(fate: Fate, path: string, other: Codec): Route {
  if (fate === 'harmless') return { kind: 'harmless', codec: other };
  if (isClosed(fate)) return { kind: 'unlisted', why: fate.why };
  if (!('codec' in fate)) return { kind: 'governed', codec: fate };
  const { codec, lacks = '', instead = lacks + path } = fate;
  return { kind: 'governed', codec, path: instead };
}

const isClosed = (fate: Fate): fate is Closed => typeof fate === 'object' && 'why' in fate;

const find = (all: readonly Row[], method: string, path: string): Fate | undefined =>
  all.find((row) => (row.methods.includes(method) || row.methods.includes('*')) && row.path.test(path))?.fate;

/** `*` stands for any characters, as elsewhere in a policy. */
function fits(pattern: string, path: string): boolean {
  const [first, ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return path === pattern;
  if (!path.startsWith(first!) || !path.slice(first!.length).endsWith(last)) return false;
  let at = first!.length;
  for (const piece of others) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at + last.length <= path.length;
}

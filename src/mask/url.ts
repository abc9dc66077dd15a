/** Where URLs stand in a text: a model that was talked into it carries values out in them. */

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** `http:` in any spelling that browsers take, and `//host` right behind what opens a link or an attribute. */
const opening = /https?:(?=\S)|(?<=[("'`=<[\]:])[\\/]{2}(?=[\w[])/gi;
const closers: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '<': '>' };

/** In order and apart. Where an end is in doubt the later one holds: brackets and commas do not end a URL. */
export function urlsIn(text: string): Stretch[] {
  const urls: Stretch[] = [];
  if (!/\/\/|http|\\\\/i.test(text)) return urls;
  const lastOf = new Map<string, number>();
  for (const { index: start } of text.matchAll(opening)) {
    if (start < (urls.at(-1)?.end ?? 0)) continue;
    const closer = closers[text[start - 1] ?? ''];
    const end = closer === undefined ? undefined : closedAt(text, start, closer, lastOf);
    urls.push({ start, end: end ?? spaceAfter(text, start) });
  }
  return urls;
}

/** Of a text that goes on: where a URL begins that a quote still to come may end, or the text's end. */
export function openUrl(text: string): number {
  const urls = urlsIn(text);
  const lastOf = new Map<string, number>();
  const open = urls.find(({ start }) => {
    const closer = closers[text[start - 1] ?? ''];
    return closer !== undefined && closedAt(text, start, closer, lastOf) === undefined;
  });
  return open?.start ?? text.length;
}

/** The quote that ends what the quote before the URL began, unless it is escaped; spaces within belong to the URL. */
function closedAt(
  text: string,
  start: number,
  closer: string,
  lastOf: Map<string, number>,
): number | undefined {
  const last = lastOf.get(closer) ?? text.lastIndexOf(closer);
  lastOf.set(closer, last);
  for (let at = start; at < last; ) {
    at = text.indexOf(closer, at + 1);
    if (text[at - 1] !== '\\') return at;
  }
  return undefined;
}

function spaceAfter(text: string, start: number): number {
  const space = /[\s<>]/g;
  space.lastIndex = start;
  return space.exec(text)?.index ?? text.length;
}

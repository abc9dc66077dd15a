import { latin, type Text } from './bytes.ts';

/** Context is looked for backwards only, within so many bytes: a stream can be released behind it. */
export const CONTEXT_BYTES = 64;

/** Under a key, all of a short value counts as labelled; in a long text the key says little. */
const LABELLED_BYTES = 256;

/** What stands before a candidate, in lower case: the words of its key, then the text before it. */
export function before(text: Text, at: number): string {
  const near = latin(text, at - CONTEXT_BYTES, at).toLowerCase();
  return text.key !== '' && text.end - text.start <= LABELLED_BYTES ? `${text.key}: ${near}` : near;
}

/** `cardNumber`, `card_number`, `CARD-NUMBER` → `card number`. */
export const words = (key: string): string =>
  key
    .slice(0, 128)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .toLowerCase()
    .trim();

/** A word directly before a number that says it is some other kind of number. */
const otherNumber =
  /\b(?:order|invoice|ticket|case|ref|reference|sku|isbn|issn|serial|tracking|version|build|commit|timestamp|time|date|page|line|port|pid|zip|row|size|bytes?|count|total|amount|price|id|nr|no)\b[^a-z]{0,8}$/;

export const labelledOtherwise = (context: string): boolean => otherNumber.test(context);

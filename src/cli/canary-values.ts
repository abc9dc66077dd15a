/** Known values that belong to nobody, and how to see what became of them. */

/** What stands in each position. */
const values =
  'mail kim.vos@mailbox.nl, card 4539 1488 0343 6467, account NL91ABNA0417164300, SSN 536-90-4399, key ghp_9aBcD3fGhIjKlMn0pQrStUvWxYz123456789';

export const say = (position: string): string => `position ${position} holds ${values} and ends`;

/** What each position holds in a body that was sent, by the position's name. */
export const positionsIn = (body: string): Map<string, string> =>
  new Map(
    [...body.matchAll(/position (\w+) holds (.*?) and ends/g)].map(([, position, held]) => [
      position!,
      held!,
    ]),
  );

/** Of the values, those that a text shows. */
export const plainIn = (held: string): string[] =>
  values
    .split(', ')
    .map((value) => value.replace(/^\w+ /, ''))
    .filter((value) => held.includes(value));

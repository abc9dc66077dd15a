/** Known values that belong to nobody, and how to see what became of them. */

/** What stands in each position: values of each group. */
const VALUES =
  'mail kim.vos@mailbox.nl, card 4539 1488 0343 6467, account NL91ABNA0417164300, SSN 536-90-4399, key ghp_9aBcD3fGhIjKlMn0pQrStUvWxYz123456789, host 81.2.69.160';

export const say = (position: string): string => `position ${position} holds ${VALUES} and ends`;

/** The position that a text tells, where it tells one. */
export const positionIn = (text: string): string | undefined => namesIn(text)[0];

export const namesIn = (text: string): string[] =>
  [...text.matchAll(/position ([\w ]+?) holds /g)].map(([, position]) => position!);

/** What each position holds in a body that was sent, by the position's name. */
export const positionsIn = (body: string): Map<string, string> =>
  new Map(
    [...body.matchAll(/position ([\w ]+?) holds (.*?) and ends/g)].map(([, position, held]) => [
      position!,
      held!,
    ]),
  );

/** Of the values, those that a text shows. */
export const plainIn = (held: string): string[] =>
  VALUES.split(', ')
    .map((value) => value.replace(/^\w+ /, ''))
    .filter((value) => held.includes(value));

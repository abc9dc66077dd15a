/** What a tool does that cannot be taken back, as far as its name and the first words of its description tell. */

export interface Risky {
  /** `moves money`. */
  readonly what: string;
  /** The word that tells. */
  readonly word: string;
}

const VERBS: readonly (readonly [what: string, verbs: string])[] = [
  [
    'moves money',
    'pay payment payout transfer refund charge withdraw purchase buy sell wire donate trade bid',
  ],
  [
    'takes something away',
    'delete remove drop destroy purge erase wipe truncate revoke terminate kill disable uninstall',
  ],
  ['speaks to others', 'send email mail sms publish broadcast tweet invite forward reply share'],
  ['runs code or commands', 'exec execute eval run shell bash command script deploy install'],
  ['says who may do what', 'grant permission password credential role impersonate unlock sudo'],
];

const TABLE = new Map(
  VERBS.flatMap(([what, verbs]) => verbs.split(' ').map((verb) => [verb, what] as const)),
);

export function riskOf(name: string, description = ''): Risky | undefined {
  const [first = ''] = wordsOf(description.slice(0, 100));
  for (const word of [...wordsOf(name.slice(0, 200)), first]) {
    const what = TABLE.get(word) ?? TABLE.get(stemOf(word));
    if (what !== undefined) return { what, word };
  }
  return undefined;
}

/** `sendMail`, `send-mail`, `SEND_MAIL`: two words. */
const wordsOf = (text: string): string[] =>
  text
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');

/** `deletes`, `deleting`, `wired`: the verb. */
const stemOf = (word: string): string => {
  const bare = word.replace(/(?:ing|ed|es|s)$/, '');
  return TABLE.has(`${bare}e`) ? `${bare}e` : bare;
};

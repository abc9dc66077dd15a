/** Where a secret would be seen, however it is spelled: as it is, in parts, in base64 at any place, in hex, or percent-encoded. */

/** The secrets that the bytes show, by their names. */
export function shown(bytes: Uint8Array, secrets: Readonly<Record<string, string>>): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  const views = [text, text.toLowerCase(), text.replaceAll('\\', ''), unpercented(text)];
  return Object.entries(secrets).flatMap(([name, secret]) =>
    partsOf(secret)
      .flatMap(spellings)
      .some((spelling) => views.some((view) => view.includes(spelling)))
      ? [name]
      : [],
  );
}

/** Of a token with dots, each part that tells something on its own. */
const partsOf = (secret: string): string[] => [
  secret,
  ...secret.split('.').filter((part) => part.length > 40),
];

const spellings = (secret: string): string[] => {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('hex'), [...secret].reverse().join(''), ...inBase64(bytes)];
};

/** What stands in the middle, wherever in a longer text the secret begins; at its ends it would mix with others. */
const inBase64 = (bytes: Buffer): string[] =>
  [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const middle = whole.slice(before === 0 ? 0 : 4, -4);
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')];
  });

const unpercented = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

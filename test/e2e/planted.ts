/** Values that nobody but the app may read, and how to look for them in bytes of any kind. */

/** What the user types. */
export const user = {
  email: 'ada.byron@analytical.org',
  phone: '+1 415 555 2671',
  card: '4539 1488 0343 6467',
  iban: 'DE89 3704 0044 0532 0130 00',
  ssn: '536-90-4399',
} as const;

/** What the app's tool answers. */
export const record = {
  email: 'grace.hopper@navy-yard.org',
  phone: '+49 30 901820',
  card: '5555555555554444',
  iban: 'GB82WEST12345698765432',
  ssn: '219-09-9999',
} as const;

/** A key in the user's text: the model never sees it, and so cannot give it back. */
export const secret = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');

/** What the app shows to the provider, and nobody else may keep. */
export const apiKey = 'test-e2e-provider-key-5f0c1d9e7a';

export const personal: readonly string[] = [...Object.values(user), ...Object.values(record)];

/** The values that stand in the bytes, written plainly, with JSON escapes of any depth, or percent-encoded. */
export function found(bytes: Uint8Array | string, values: readonly string[]): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  const plain = text
    .replace(/\\+u00([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\\', '');
  const bare = plain.replace(/[\s+-]/g, '');
  return values.filter(
    (value) => plain.includes(value) || text.includes(value) || bare.includes(value.replace(/[\s+-]/g, '')),
  );
}

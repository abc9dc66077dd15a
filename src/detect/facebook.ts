import { byteAt, type Found, type Kind, latin, runEnd, URLSAFE } from './bytes.ts';
import { beginsAt, type Written } from './number.ts';

/** Facebook's tokens of an app: its number, a bar, and 27 characters or more of both cases. */
export const appTokens: readonly Kind[] = [{ entity: 'FACEBOOK_ACCESS_TOKEN', group: 'secret', longest: 57 }];

export function findAppToken({ text, groups }: Written): Found | undefined {
  const { start, end: bar, length } = groups[0]!;
  if (length < 15 || length > 16 || byteAt(text, bar) !== 0x7c || !beginsAt(text, start)) return undefined;
  const end = runEnd(text, bar + 1, URLSAFE, 41);
  if (end - bar < 28 || end - bar > 41) return undefined;
  if (!/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)/.test(latin(text, bar + 1, end))) return undefined;
  return { entity: 'FACEBOOK_ACCESS_TOKEN', start, end, score: 0.85, detector: 'facebook-access-token' };
}

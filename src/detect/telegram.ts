import {
  byteAt,
  DIGIT,
  type Found,
  flags,
  type Kind,
  runEnd,
  startsWord,
  type Text,
  URLSAFE,
} from './bytes.ts';
import { contextOf, speaksOf } from './context.ts';
import { TELEGRAM } from './subjects.ts';

/** Telegram's bot tokens: the bot's number, a colon, and 35 characters that begin with A. */
export const botTokens: readonly Kind[] = [
  { entity: 'TELEGRAM_BOT_API_TOKEN', group: 'secret', longest: 52 },
];

/** From the colon. */
export function findBotToken(text: Text, colon: number): Found | undefined {
  if (byteAt(text, colon + 1) !== 0x41) return undefined;
  let start = colon;
  while (start > text.start && colon - start < 17 && (flags[text.bytes[start - 1]!]! & DIGIT) !== 0) start--;
  const end = runEnd(text, colon + 1, URLSAFE, 37);
  const digits = colon - start;
  if (digits < 5 || digits > 16 || end - colon < 34 || end - colon > 36 || !startsWord(text, start))
    return undefined;
  const plain = digits >= 8 && digits <= 10;
  if (!plain && !speaksOf(contextOf(text, start), TELEGRAM)) return undefined;
  return { entity: 'TELEGRAM_BOT_API_TOKEN', start, end, score: 0.9, detector: 'telegram-bot-api-token' };
}

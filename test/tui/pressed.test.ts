/** What a terminal sends at once: text where it is written, elsewhere never more than one key. */
import { expect, test } from 'vitest';
import { keysOf } from '../../src/tui/pressed.ts';

test.each(['a', 'd', '/', '?', ' '])('one sign is a key: %j', (sign) => {
  expect(keysOf(sign, {}, 'question')).toEqual([sign]);
});

test.each(['a\r', '\x7fa', '\x00a', 'a\u200b', 'aa', 'enter', 'a\n'])(
  'several at once are no command: %j',
  (input) => {
    for (const mode of ['feed', 'question', 'reveal', 'grants', 'help'] as const)
      expect(keysOf(input, {}, mode)).toEqual(['other']);
  },
);

test.each([
  ['keys held down erase as often', '\x7f\x7f\b', ['backspace', 'backspace', 'backspace']],
  ['what is erased and written in one go', '\x7f12', ['backspace', '1', '2']],
  ['the end of a line does not submit', '12\r\n', ['1', '2']],
  ['the name of a key is a word', 'enter', ['e', 'n', 't', 'e', 'r']],
  ['signs beyond the BMP stay whole', '𝛼é', ['𝛼', 'é']],
])('where text is written, %s', (_what, input, keys) => {
  for (const mode of ['why_deny', 'why_approve', 'pattern', 'edit', 'search'] as const)
    expect(keysOf(input, {}, mode)).toEqual(keys);
});

test('keys with a name are that wherever they are pressed', () => {
  expect(keysOf('', { return: true }, 'edit')).toEqual(['enter']);
  expect(keysOf('c', { ctrl: true }, 'why_deny')).toEqual(['ctrl-c']);
  expect(keysOf('a', { meta: true }, 'question')).toEqual(['other']);
});

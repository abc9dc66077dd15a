/** What came from the terminal at once, as keys. */
import type { Key as InkKey } from 'ink';
import type { Key } from './keys.ts';
import type { Mode } from './state.ts';

/** Where letters are text, and no commands. */
const typing: ReadonlySet<Mode> = new Set(['why_deny', 'why_approve', 'pattern', 'edit', 'search']);

const ERASE = /[\x7f\b]/;

/**
 * Several signs at once were pasted, or typed over a slow line. As text they are taken one by one, so that no word is
 * mistaken for the name of a key, and none of them submits; elsewhere they are nothing, and never a command.
 */
export function keysOf(input: string, key: Partial<InkKey>, mode: Mode): readonly Key[] {
  const named = nameOf(input, key);
  if (named !== undefined) return [named];
  const signs = [...input];
  if (!typing.has(mode)) return [signs.length === 1 ? input : 'other'];
  return signs.flatMap((sign) => (ERASE.test(sign) ? ['backspace'] : /\p{C}/u.test(sign) ? [] : [sign]));
}

function nameOf(input: string, key: Partial<InkKey>): Key | undefined {
  if (key.ctrl) return input === 'c' ? 'ctrl-c' : 'other';
  if (key.meta && !key.escape) return 'other';
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.return) return 'enter';
  if (key.escape) return 'escape';
  if (key.tab) return 'tab';
  if (key.backspace || key.delete) return 'backspace';
  return key.leftArrow || key.rightArrow || input === '' ? 'other' : undefined;
}

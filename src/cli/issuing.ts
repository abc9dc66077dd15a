/** Where virtual keys are issued, and for how long. */
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { openVirtualKeys, type VirtualKeys } from '../identity/virtual-keys.ts';
import { milliseconds } from '../policy/quantity.ts';
import { openHome } from '../record/home.ts';
import { keyedHash, loadKeys } from '../record/keys.ts';
import type { Context } from './context.ts';

export async function keysOf({ env }: Context): Promise<VirtualKeys> {
  const home = openHome(env);
  const { surrogate } = await loadKeys(home.keys);
  return openVirtualKeys({ home: home.path, hash: keyedHash(surrogate), now: Date.now });
}

export function duration(text: string): number {
  if (/^[1-9]\d{0,5}(s|m|h|d)$/.test(text)) return milliseconds(text);
  throw new InvalidArgumentError('Write a number from 1 and a unit: 12h, 30d.');
}

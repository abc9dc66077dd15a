/** A text looked through by itself, as `scan` does: what is found, and the text with its findings masked. */
import type { Leaf } from '../exchange.ts';
import { type KeyedHash, maskValue, mergeMasks } from '../mask/mask.ts';
import { find } from '../policy/find.ts';
import type { Policy } from '../policy/policy.ts';
import { leafText } from './inspect.ts';

/** A finding in a text; `start` and `end` are UTF-16 code units. */
export interface TextFinding {
  readonly entity: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly detector: string;
}

export function scanText(policy: Policy, text: string): TextFinding[] {
  const leaf = leafOf(text);
  let bytes = 0;
  let units = 0;
  const unitsTo = (offset: number): number => {
    if (offset < bytes) return leafText(leaf, 0, offset).length;
    units += leafText(leaf, bytes, offset).length;
    bytes = offset;
    return units;
  };
  return find(policy, leaf).map((match) => {
    const start = unitsTo(match.start);
    return { ...match, start, end: start + leafText(leaf, match.start, match.end).length };
  });
}

/** The text with every finding masked in the form that the policy gives it on the way to the model. */
export function maskText(policy: Policy, text: string, hash: KeyedHash): string {
  const leaf = leafOf(text);
  const masks = find(policy, leaf).flatMap(({ entity, start, end }) => {
    const row = policy.masks.row('prompt', entity);
    if (!row || row.form === 'keep') return [];
    if (policy.masks.spared?.(leafText(leaf, start, end), policy.masks.groupOf(entity))) return [];
    return [{ leaf: 0, start, end, entity, form: row.form, rule: row.rule }];
  });
  let at = 0;
  let out = '';
  for (const { start, end, entity, form } of mergeMasks(masks)) {
    const value = leafText(leaf, start, end);
    out +=
      leafText(leaf, at, start) +
      maskValue({ form, entity, value, kind: 'string', caller: 'anonymous' }, hash).replacement;
    at = end;
  }
  return out + leafText(leaf, at);
}

function leafOf(text: string): Leaf {
  const bytes = Buffer.from(text);
  return { path: '', kind: 'string', bytes, start: 0, end: bytes.length, origin: undefined };
}

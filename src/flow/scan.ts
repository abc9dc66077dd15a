/** A text looked through by itself, as `scan` does: what is found, and the text with its findings masked. */
import type { Leaf, Masking, Unit } from '../exchange.ts';
import { type KeyedHash, maskValue, mergeMasks } from '../mask/mask.ts';
import { find } from '../policy/find.ts';
import { findingsOf } from '../policy/findings.ts';
import { spelledOf, textOf } from '../policy/leaf.ts';
import type { Policy } from '../policy/policy.ts';
import type { Law } from './law.ts';
import { asWritten } from './masking.ts';

/** A finding in a text; `start` and `end` are UTF-16 code units. */
export interface TextFinding {
  readonly entity: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly detector: string;
}

export const scanText = (policy: Policy, text: string): TextFinding[] => {
  const leaf = leafOf(text);
  const unit: Unit = { stage: 'prompt', path: '', leaves: [leaf] };
  return findingsOf(unit, [find(policy, leaf)]).map(({ entity, start, end, score, detector }) => ({
    entity,
    start,
    end,
    score,
    detector,
  }));
};

/** The text with every finding masked in the form that the policy gives it on the way to the model. */
export function maskText(policy: Policy, text: string, hash: KeyedHash): string {
  const leaf = leafOf(text);
  const masks = find(policy, leaf).flatMap((match) => {
    const row = policy.masks.row('prompt', match.entity);
    if (!row || row.form === 'keep') return [];
    if (policy.masks.spared?.(spelledOf(leaf, match), policy.masks.groupOf(match.entity))) return [];
    return [{ ...match, leaf: 0, form: row.form, rule: row.rule }];
  });
  return written(leaf, masks, hash);
}

/** The text with every finding named in its place, whatever the policy lets pass: for words of a caller's in our own. */
export function redactText({ policy, hash }: Pick<Law, 'policy' | 'hash'>, text: string): string {
  const leaf = leafOf(text);
  const masks = find(policy, leaf).map((match) => ({ ...match, leaf: 0, form: 'redact' as const, rule: '' }));
  return written(leaf, masks, hash);
}

function written(leaf: Leaf, masks: readonly Masking[], hash: KeyedHash): string {
  let at = 0;
  let out = '';
  for (const mask of mergeMasks(masks)) {
    const { form, entity } = mask;
    const value = spelledOf(leaf, mask);
    const masked = maskValue({ form, entity, value, kind: 'string', caller: 'anonymous' }, hash);
    out += textOf(leaf, at, mask.start) + asWritten(leaf, mask, masked.replacement);
    at = mask.end;
  }
  return out + textOf(leaf, at);
}

function leafOf(text: string): Leaf {
  const bytes = Buffer.from(text);
  return { path: '', kind: 'string', bytes, start: 0, end: bytes.length, origin: undefined };
}

/** A text looked through by itself, as `scan` does: what is found, and the text with its findings masked. */
import type { Leaf, Masking, Match, Unit } from '../exchange.ts';
import { type KeyedHash, maskValue, mergeMasks } from '../mask/mask.ts';
import { checkOf, type Explained, find, findWhy } from '../policy/find.ts';
import { findingsOf } from '../policy/findings.ts';
import { leafOf, spelledOf, textOf } from '../policy/leaf.ts';
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

/** What is known of a text from where it stands. */
export interface Standing {
  /** The JSON key it stands under. */
  readonly key?: string;
  /** What a schema says of what stands under that key. */
  readonly description?: string;
}

export function scanText(policy: Policy, text: string, standing: Standing = {}): TextFinding[] {
  const leaf = standingLeaf(text, standing);
  return told(leaf, find(policy, leaf, standing.description));
}

/** What was found, and what nearly was, with what made its score. */
export interface ExplainedText {
  readonly findings: readonly ExplainedFinding[];
  readonly near_misses: readonly ExplainedFinding[];
}

export interface ExplainedFinding extends TextFinding {
  readonly explanation: Pick<Explained, 'threshold' | 'base' | 'influences' | 'check' | 'encoding'>;
}

export function explainText(policy: Policy, text: string, standing: Standing = {}): ExplainedText {
  const leaf = standingLeaf(text, standing);
  const why = findWhy(policy, leaf, standing.description);
  const all = told(leaf, why).map((finding, i): ExplainedFinding & Pick<Explained, 'counts'> => {
    const { counts, threshold, base, influences, check, encoding } = why[i]!;
    const explanation = {
      threshold,
      base,
      influences,
      ...(check && { check }),
      ...(encoding !== undefined && { encoding }),
    };
    return { ...finding, explanation, counts };
  });
  const those = (counted: boolean): ExplainedFinding[] =>
    all.filter(({ counts }) => counts === counted).map(({ counts: _, ...finding }) => finding);
  return { findings: those(true), near_misses: those(false) };
}

const standingLeaf = (text: string, { key }: Standing): Leaf =>
  key === undefined ? leafOf(text) : { ...leafOf(text), key };

function told(leaf: Leaf, matches: readonly Match[]): TextFinding[] {
  const unit: Unit = { stage: 'prompt', path: '', leaves: [leaf] };
  return findingsOf(unit, [matches]).map(({ entity, start, end, score, detector }) => ({
    entity,
    start,
    end,
    score,
    detector,
  }));
}

/** The text with every finding masked in the form that the policy gives it on the way to the model. */
export function maskText(policy: Policy, text: string, hash: KeyedHash): string {
  const leaf = leafOf(text);
  const masks = find(policy, leaf).flatMap((match) => {
    const row = policy.masks.row('prompt', match.entity);
    if (!row || row.form === 'keep') return [];
    if (policy.masks.spared?.(spelledOf(leaf, match), policy.masks.groupOf(match.entity))) return [];
    return [{ ...match, leaf: 0, form: row.form, rule: row.rule }];
  });
  return written(policy, leaf, masks, hash);
}

/** The text with every finding named in its place, whatever the policy lets pass: for words of a caller's in our own. */
export function redactText({ policy, hash }: Pick<Law, 'policy' | 'hash'>, text: string): string {
  const leaf = leafOf(text);
  const masks = find(policy, leaf).map((match) => ({ ...match, leaf: 0, form: 'redact' as const, rule: '' }));
  return written(policy, leaf, masks, hash);
}

function written(policy: Policy, leaf: Leaf, masks: readonly Masking[], hash: KeyedHash): string {
  let at = 0;
  let out = '';
  for (const mask of mergeMasks(masks)) {
    const { form, entity } = mask;
    const value = spelledOf(leaf, mask);
    const check = checkOf(policy, entity);
    const masked = maskValue({ form, entity, value, kind: 'string', caller: 'anonymous', check }, hash);
    out += textOf(leaf, at, mask.start) + asWritten(leaf, mask, masked.replacement);
    at = mask.end;
  }
  return out + textOf(leaf, at);
}

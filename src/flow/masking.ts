/** Decisions become splices: what leaves, and what is recorded. */
import type { Leaf, Masking, Match, Unit } from '../exchange.ts';
import { mergeMasks } from '../mask/mask.ts';
import { urlsIn } from '../mask/url.ts';
import type { Vault } from '../mask/vault.ts';
import { checkOf, groupOf } from '../policy/find.ts';
import { spelledOf, textOf } from '../policy/leaf.ts';
import { editLeaf, type Splice } from '../wire/edit.ts';
import { type Echo, echoes, overlaps } from './inspect.ts';
import type { Session } from './law.ts';

/** A place in a leaf and what stands there now. */
export interface Change {
  readonly leaf: Leaf;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Where a mask put it there. */
  readonly mask?: Pick<Masking, 'entity' | 'form' | 'value'>;
  /** Of a finding that only the recording hides. */
  readonly entity?: string;
}

export const splicesOf = (changes: readonly Change[]): Splice[] =>
  changes.flatMap(({ leaf, start, end, text }) => editLeaf(leaf, start, end, text));

const NOTHING: readonly Change[] = [];

/** Whose vault masks, under which policy. */
type Masker = Pick<Session, 'law'> & { readonly lineage: Pick<Session['lineage'], 'vault'> };

/** The changes that a decision's masks ask for; the vault remembers the way back. */
export function maskUnit(unit: Unit, masks: readonly Masking[], { law, lineage }: Masker): readonly Change[] {
  if (masks.length === 0) return NOTHING;
  const changes: Change[] = [];
  for (const [index, own] of masksByLeaf(masks)) {
    const leaf = unit.leaves[index]!;
    for (const mask of own.length > 1 ? mergeMasks(own) : own) {
      const { start, end, form, entity } = mask;
      const secret = groupOf(law.policy, entity) === 'secret';
      const value = spelledOf(leaf, mask);
      const check = checkOf(law.policy, entity);
      const text = lineage.vault.mask({ form, entity, value, kind: leaf.kind, secret, check });
      changes.push({ leaf, start, end, text: asWritten(leaf, mask, text), mask });
    }
  }
  return changes.length > 0 ? [...changes, ...emptied(unit)] : changes;
}

/** In percent-encoding, what would end the value or read as an escape is written as one; elsewhere the text stands plainly. */
export const asWritten = (
  leaf: Leaf,
  { start, end, value }: Pick<Masking, 'start' | 'end' | 'value'>,
  text: string,
): string =>
  value !== undefined && /%[0-9A-Fa-f]{2}/.test(textOf(leaf, start, end))
    ? text.replace(/[\s"#%&+<>\\]/g, encodeURIComponent)
    : text;

export function masksByLeaf(masks: readonly Masking[]): Map<number, Masking[]> {
  const leaves = new Map<number, Masking[]>();
  for (const mask of masks) {
    const own = leaves.get(mask.leaf);
    if (own) own.push(mask);
    else leaves.set(mask.leaf, [mask]);
  }
  return leaves;
}

/** Log probabilities tell an altered text token by token: they go. */
export const emptied = (unit: Unit): Change[] =>
  (unit.shadows ?? []).map((leaf) => ({ leaf, start: 0, end: leaf.end - leaf.start, text: 'null' }));

/** Values that stand in the place of live surrogates in an answer, plain ones and those found in an encoding. */
export function restoreUnit(
  unit: Unit,
  vault: Vault,
  options: { urls: boolean },
  found: readonly (readonly Match[])[],
): { changes: Change[]; echoes: Echo[][] } {
  const all = unit.leaves.map((leaf, index) => {
    const plain = echoes(vault, leaf, options);
    return [...plain, ...encodedEchoes(vault, leaf, options, apartFrom(found[index]!, plain))];
  });
  const changes = all.flatMap((own, index) => {
    const leaf = unit.leaves[index]!;
    return leaf.fixed ? [] : own.map(({ start, end, original }) => ({ leaf, start, end, text: original }));
  });
  return { changes: changes.length > 0 ? [...changes, ...emptied(unit)] : changes, echoes: all };
}

const apartFrom = (found: readonly Match[], plain: readonly Echo[]): readonly Match[] =>
  plain.length === 0 ? found : found.filter((match) => !plain.some((echo) => overlaps(echo, match)));

/** `4000%200032…`: what was found is a live surrogate, in an encoding. */
function encodedEchoes(
  vault: Vault,
  leaf: Leaf,
  { urls }: { urls: boolean },
  found: readonly Match[],
): Echo[] {
  return found.flatMap((match) => {
    const { start, end, entity, value } = match;
    const original = value === undefined ? undefined : vault.original(value, leaf.kind);
    if (original === undefined || (!urls && isInUrl(textOf(leaf), textOf(leaf, 0, start).length))) return [];
    return [{ start, end, entity, original: asWritten(leaf, match, original) }];
  });
}

const isInUrl = (text: string, at: number): boolean =>
  urlsIn(text).some(({ start, end }) => start <= at && at < end);

/** A surrogate that comes from outside is masked itself, or the answer would give away what it stands for. */
export function maskForeign(unit: Unit, masks: readonly Masking[], vault: Vault): Masking[] {
  const foreign: Masking[] = [];
  const own = masksByLeaf(masks);
  unit.leaves.forEach((leaf, index) => {
    if (leaf.fixed) return;
    for (const { start, end, entity } of echoes(vault, leaf, { urls: true })) {
      const known = own.get(index)?.some((mask) => overlaps(mask, { start, end }));
      if (!known)
        foreign.push({ leaf: index, start, end, entity, form: 'placeholder', rule: 'mask.restore' });
    }
  });
  return foreign;
}

export function changesByLeaf(changes: readonly Change[]): Map<Leaf, Change[]> {
  const leaves = new Map<Leaf, Change[]>();
  for (const change of changes) {
    const own = leaves.get(change.leaf);
    if (own) own.push(change);
    else leaves.set(change.leaf, [change]);
  }
  return leaves;
}

/** A leaf's text with its own changes made. */
export function maskedText(leaf: Leaf, changes: readonly Change[]): string {
  const bytes = Buffer.from(leaf.bytes.buffer, leaf.bytes.byteOffset + leaf.start, leaf.end - leaf.start);
  let at = 0;
  let text = '';
  for (const change of changes.toSorted((a, b) => a.start - b.start)) {
    text += bytes.subarray(at, change.start).toString() + change.text;
    at = change.end;
  }
  return text + bytes.subarray(at).toString();
}

/**
 * What the recording hides beyond what the policy masks, and how it writes what was masked: so that the recording can be
 * decided again as the exchange was, every value leaves something in which it is found again.
 */
import type { Leaf, Masking, Match, Unit } from '../exchange.ts';
import { drawOf } from '../mask/draw.ts';
import { maskValue, mergeMasks } from '../mask/mask.ts';
import { reshape } from '../mask/shape.ts';
import { checkOf, groupOf } from '../policy/find.ts';
import { spelledOf, textOf } from '../policy/leaf.ts';
import { type Echo, marksIn, mayHoldMark, overlaps } from './inspect.ts';
import { type Change, emptied, masksByLeaf } from './masking.ts';
import type { Hider } from './treatment.ts';

/** Every finding that is not masked already, also those in places that may not be altered on the wire. */
export function hideRest(
  hider: Hider,
  unit: Unit,
  matches: readonly (readonly Match[])[],
  masks: readonly Masking[],
  echoes: readonly (readonly Echo[])[] = [],
): Change[] {
  const byLeaf = masksByLeaf(masks);
  const changes = unit.leaves.flatMap((leaf, index) => {
    const found = matches[index] ?? [];
    if (found.length === 0 && !mayHoldMark(leaf)) return [];
    const taken = [...(byLeaf.get(index) ?? []), ...(echoes[index] ?? [])];
    const rest = found.filter((match) => !taken.some((each) => overlaps(each, match)));
    const own = rest.map((match) => ({ ...match, leaf: index, form: 'surrogate' as const, rule: 'record' }));
    const hidden = mergeMasks(own).map((mask) => ({
      leaf,
      start: mask.start,
      end: mask.end,
      text: standIn(hider, leaf, mask),
      entity: mask.entity,
    }));
    return [...hidden, ...foreignMarks(leaf, [...taken, ...hidden])];
  });
  return changes.length > 0 ? [...changes, ...emptied(unit)] : changes;
}

/** What looks like a mark of ours and is none would count as a finding when the recording is decided again. */
const foreignMarks = (leaf: Leaf, taken: readonly Pick<Change, 'start' | 'end'>[]): Change[] =>
  marksIn(leaf)
    .filter((mark) => !taken.some((each) => overlaps(each, mark)))
    .map(({ start, end }) => ({ leaf, start, end, text: `(${textOf(leaf, start + 1, end - 1)})` }));

type Place = Pick<Masking, 'start' | 'end' | 'entity' | 'value'>;

/** What stands for a value that the policy let pass: found again, and let pass again. */
function standIn(hider: Hider, leaf: Leaf, place: Place): string {
  const { law, facts } = hider;
  const { entity } = place;
  const value = spelledOf(leaf, place);
  const group = groupOf(law.policy, entity);
  const secret = group === 'secret' && leaf.kind !== 'number';
  if (!secret && law.policy.masks.spared?.(value, group)) {
    const alike = sparedAlike(hider, value, group);
    if (alike !== undefined) return alike;
  }
  const form = secret ? 'redact' : 'surrogate';
  const check = checkOf(law.policy, entity);
  const input = { form, entity, value, kind: leaf.kind, caller: facts.caller.subject, check } as const;
  return law.memory.standIn(JSON.stringify(input), () => maskValue(input, law.hash).replacement);
}

const ATTEMPTS = 16;

/** Another value that the policy's exceptions spare: what comes before its host or after its first group is made up. */
function sparedAlike({ law, facts }: Hider, value: string, group: string): string | undefined {
  const { spared } = law.policy.masks;
  const host = value.indexOf('@');
  const kept = /^[^.:@/-]*[.:/-]/.exec(value)?.[0].length ?? 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const draw = drawOf(law.hash, ['spared', facts.caller.subject, value, attempt]);
    const alike =
      host > 0
        ? reshape.make(value.slice(0, host), draw) + value.slice(host)
        : value.slice(0, kept) + reshape.make(value.slice(kept), draw);
    if (alike !== value && spared?.(alike, group)) return alike;
  }
  return undefined;
}

/** How the recording writes the changes of one unit. */
export function written(hider: Hider, changes: readonly Change[]): Change[] {
  const values = new Map<string, Map<string, number>>();
  return changes.map((change) => {
    const { leaf, start, end, mask } = change;
    const text =
      mask && isLost(mask.form, leaf) ? standIn(hider, leaf, { start, end, ...mask }) : change.text;
    return { ...change, text: numbered(text, textOf(leaf, start, end), values) };
  });
}

/** Nothing is found again in stars and zeros. */
const isLost = (form: Masking['form'], { kind }: Leaf): boolean =>
  form === 'partial' || (form === 'redact' && kind === 'number');

/** Different values stay different, as the sum of a risk counts them. */
function numbered(text: string, value: string, values: Map<string, Map<string, number>>): string {
  if (!text.startsWith('[REDACTED:')) return text;
  const known = values.get(text) ?? new Map<string, number>();
  const number = known.get(value) ?? known.size + 1;
  values.set(text, known.set(value, number));
  return number === 1 ? text : `${text.slice(0, -1)}:${number}]`;
}

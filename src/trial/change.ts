/** Two decisions on one unit: which of them lets more go on, and whose say that is. */
import type { ApprovalDemand, Effect, RecordedDecision } from '../exchange.ts';
import { stronger } from '../policy/forms.ts';

export type Direction = 'looser' | 'stricter' | 'changed' | 'undecidable';

const RANK: Readonly<Record<Effect, number>> = { allow: 0, mask: 0, approve: 1, deny: 2 };

/** Undefined where it comes to the same. What is loosened in any way is looser. */
export function compareDecisions(
  was: RecordedDecision | undefined,
  now: RecordedDecision | undefined,
): Direction | undefined {
  const [old, young] = [RANK[was?.effect ?? 'allow'], RANK[now?.effect ?? 'allow']];
  if (old !== young) return young < old ? 'looser' : 'stricter';
  const masks = maskChange(was?.masked, now?.masked);
  const asked = young === 1 ? demandChange(was?.approval, now?.approval) : undefined;
  const all = [masks, asked];
  for (const direction of ['looser', 'stricter', 'changed'] as const)
    if (all.includes(direction)) return direction;
  return undefined;
}

type Masks = RecordedDecision['masked'];

export function maskChange(was: Masks = [], now: Masks = []): Direction | undefined {
  const [old, young] = [formsOf(was), formsOf(now)];
  const all = [...new Set([...old.keys(), ...young.keys()])].map((value) => {
    const [a, b] = [old.get(value) ?? 'keep', young.get(value) ?? 'keep'];
    return a === b ? undefined : stronger(a, b) ? 'looser' : 'stricter';
  });
  return all.includes('looser') ? 'looser' : all.find((each) => each !== undefined);
}

/** The same place may hold several values of an entity: the n-th of them each. */
function formsOf(masks: Masks): Map<string, Masks[number]['form']> {
  const counts = new Map<string, number>();
  return new Map(
    masks.map(({ path, entity, form }) => {
      const value = `${path} ${entity}`;
      const n = counts.get(value) ?? 0;
      counts.set(value, n + 1);
      return [`${value} ${n}`, form];
    }),
  );
}

function demandChange(
  was: ApprovalDemand | undefined,
  now: ApprovalDemand | undefined,
): Direction | undefined {
  if (!was || !now || JSON.stringify(was) === JSON.stringify(now)) return undefined;
  const [old, young] = [whoOf(was), whoOf(now)];
  const isLooser =
    now.min < was.min ||
    (now.self && !was.self) ||
    young.some((each) => old.length > 0 && !old.includes(each)) ||
    (young.length === 0 && old.length > 0);
  const isStricter =
    now.min > was.min ||
    (was.self && !now.self) ||
    old.some((each) => !young.includes(each)) ||
    old.length === 0;
  return isLooser ? 'looser' : isStricter ? 'stricter' : 'changed';
}

const whoOf = ({ groups, users }: ApprovalDemand): string[] => [
  ...groups.map((each) => `group ${each}`),
  ...users,
];

/** Rules and mask rows that only one of the two has; the row that merely lets a call go on, where there is nothing else. */
export function rulesAtFault(was: RecordedDecision | undefined, now: RecordedDecision | undefined): string[] {
  const [old, young] = [saysOf(was), saysOf(now)];
  const changed = [...old, ...young].filter(([key]) => !(old.has(key) && young.has(key)));
  const all = changed.length > 0 ? changed : [...old];
  const telling = all.filter(([key]) => !key.startsWith('allow '));
  return [...new Set((telling.length > 0 ? telling : all).map(([, rule]) => rule))].sort();
}

const saysOf = (decision: RecordedDecision | undefined): Map<string, string> =>
  new Map([
    ...(decision?.rules ?? []).map(({ rule, effect }) => [`${effect} ${rule}`, rule] as const),
    ...(decision?.masked ?? []).map(
      ({ rule, path, entity, form }) => [`${form} ${rule} ${path} ${entity}`, rule] as const,
    ),
  ]);

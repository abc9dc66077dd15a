/** Mutants of rules and of the tools table. */
import { bySpecificity, isGlob, matchesGlob } from '../policy/glob.ts';
import type { Merged } from '../policy/merge.ts';
import type { PolicyFile, Row, Rule } from '../policy/policy.generated.ts';
import { type Break, type Mutant, renamed, widened } from './mutants.ts';

export const ruleMutants = ({ value: file }: Merged, broken: Break): Mutant[] => [
  ...(file.rules ?? []).flatMap((rule, i) => ofRule(rule, i, broken)),
  ...Object.entries(file.tools ?? {}).flatMap(([pattern, row]) => ofRow(pattern, row, file, broken)),
  ...ofWhole(file, broken),
];

function ofRule(rule: Rule, i: number, broken: Break): Mutant[] {
  const name = `rules.${rule.id}`;
  const path = ['rules', i];
  const { deny, approve, ...rest } = rule;
  const swapped =
    approve === undefined
      ? { ...rest, approve: typeof deny === 'string' ? { reason: deny } : true }
      : { ...rest, deny: typeof approve === 'object' && approve.reason ? approve.reason : true };
  const named: readonly string[] = rule.stages ?? [];
  return [
    broken('drop-rule', name, path, 'dropped'),
    broken('swap-effect', name, path, approve === undefined ? 'deny → approve' : 'approve → deny', swapped),
    ...named.flatMap((stage, at) =>
      named.length > 1 ? [broken('drop-stage', name, [...path, 'stages', at], `stage ${stage} dropped`)] : [],
    ),
    ...(named.length === 0 || named.includes('all')
      ? []
      : [broken('widen-stages', name, [...path, 'stages'], `${named.join(', ')} → all`, ['all'])]),
    ...(typeof approve === 'object'
      ? ofGroups(name, [...path, 'approve'], approve.groups ?? [], broken)
      : []),
  ];
}

/** Fewer groups: somebody else may approve, or anybody. */
export const ofGroups = (
  name: string,
  path: readonly (string | number)[],
  groups: readonly string[],
  broken: Break,
): Mutant[] =>
  groups.map((group, i) =>
    broken(
      'drop-group',
      name,
      [...path, 'groups', ...(groups.length > 1 ? [i] : [])],
      `group ${group} dropped`,
    ),
  );

function ofRow(pattern: string, row: Row, file: PolicyFile, broken: Break): Mutant[] {
  const name = `tools[${JSON.stringify(pattern)}]`;
  const path = ['tools', pattern];
  const wider = widened(pattern, file.tools!);
  const isAllow = row === 'allow';
  const drops = isAllow && !isException(pattern, file) ? [] : [broken('drop-row', name, path, 'dropped')];
  const widens =
    wider === undefined || isAllow
      ? []
      : [
          broken(
            'widen-glob',
            name,
            ['tools'],
            `"${pattern}" → "${wider}"`,
            renamed(file.tools!, pattern, wider),
          ),
        ];
  const placed = widens.map((mutant) => ({ ...mutant, ...placeOf(drops[0] ?? mutant) }));
  return [...drops, ...placed, ...swaps(name, path, row, broken), ...groupsOf(name, path, row, broken)];
}

const placeOf = ({ file, line, column }: Mutant) => ({ file, line, column });

/** An `allow` that no wider row would refuse says nothing by itself. */
const isException = (pattern: string, { tools = {} }: PolicyFile): boolean =>
  Object.entries(tools).some(
    ([other, row]) =>
      row !== 'allow' && isGlob(other) && bySpecificity(pattern, other) < 0 && overlaps(other, pattern),
  );

/** May a name match both? Told by the plainest name of the narrower one. */
const overlaps = (wide: string, narrow: string): boolean =>
  matchesGlob(wide, narrow) || matchesGlob(wide, narrow.replaceAll(/[*?]/g, ''));

function swaps(name: string, path: string[], row: Row, broken: Break): Mutant[] {
  const to = (change: string, value: Row): Mutant => broken('swap-effect', name, path, change, value);
  if (row === 'allow') return [to('allow → deny', 'deny')];
  if (row === 'deny') return [to('deny → allow', 'allow'), to('deny → approve', 'approve')];
  if (typeof row === 'string') return [to('approve → allow', 'allow'), to('approve → deny', 'deny')];
  const { deny, approve, ...rest } = row;
  const both = deny !== undefined && approve !== undefined;
  const without = (kept: object): Row => ({ ...rest, ...kept }) as Row;
  return [
    ...(both
      ? [
          broken('drop-effect', name, path, 'deny dropped', without({ approve })),
          broken('drop-effect', name, path, 'approve dropped', without({ deny })),
        ]
      : [to(`${deny === undefined ? 'approve' : 'deny'} → allow`, 'allow')]),
    ...(deny !== undefined && !both ? [to('deny → approve', without({ approve: asked(deny) }))] : []),
    ...(approve !== undefined && !both ? [to('approve → deny', without({ deny: asked(approve) }))] : []),
  ];
}

/** What both a refusal and a question may say. */
function asked(said: unknown): unknown {
  if (typeof said !== 'object' || said === null) return typeof said === 'string' ? { reason: said } : true;
  const { if: condition, reason } = said as { if?: string; reason?: string };
  return {
    ...(condition === undefined ? {} : { if: condition }),
    ...(reason === undefined ? {} : { reason }),
  };
}

const groupsOf = (name: string, path: string[], row: Row, broken: Break): Mutant[] =>
  typeof row === 'object' && typeof row.approve === 'object'
    ? ofGroups(name, [...path, 'approve'], row.approve.groups ?? [], broken)
    : [];

function ofWhole({ unoffered_tools, mask }: PolicyFile, broken: Break): Mutant[] {
  const other = unoffered_tools === 'allow' ? 'deny' : 'allow';
  const restore = mask?.restore;
  return [
    ...(unoffered_tools === undefined
      ? []
      : [
          broken(
            'swap-effect',
            'unoffered_tools',
            ['unoffered_tools'],
            `${unoffered_tools} → ${other}`,
            other,
          ),
        ]),
    ...(typeof restore === 'boolean'
      ? [broken('flip-restore', 'mask.restore', ['mask', 'restore'], `${restore} → ${!restore}`, !restore)]
      : []),
  ];
}

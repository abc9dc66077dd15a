/** `fcgate policy reach`: each position of each wire, against the masks and rules that reach it. */
import type { Command } from '@commander-js/extra-typings';
import { escapeText } from '../../escape.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Item } from '../../trial/items.ts';
import { nowhere, type Reached, reachOf } from '../../trial/reach.ts';
import type { Context } from '../context.ts';
import { goodSource, namePolicy } from '../policy-file.ts';
import { table } from '../table.ts';
import { testHash } from '../test-run.ts';

export function defineReach(command: Command, context: Context): void {
  command
    .command('reach')
    .description('which masks and rules reach each position of each wire, seen on known values')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  fcgate policy reach --policy fcgate.yaml')
    .action(({ json }) => reach(context, json));
}

/** A position that nothing reads makes the answer a no. */
function reach(context: Context, json = false): void {
  const { policy, merged } = goodSource(context);
  const reached = reachOf(policy, testHash);
  if (reached.some(isUnread)) context.exitWith(1);
  if (json) context.printJson(reached);
  else print(context, policy, reached, nowhere(policy, merged, testHash, reached));
}

function print(context: Context, policy: Policy, reached: readonly Reached[], lost: readonly Item[]): void {
  for (const [heading, rows] of byHeading(reached))
    context.print(`${heading}\n${table([HEAD, ...rows.map(toldRow)]).join('\n')}\n`);
  for (const { file, line, column, name } of lost)
    context.print(escapeText(`${file}:${line}:${column}: ${name} reaches no position.`));
  const refused = reached.filter(({ refused }) => refused !== undefined);
  const unread = reached.filter(isUnread);
  context.print(
    `${namePolicy(policy)}: ${reached.length} positions, ${unread.length} read by nothing` +
      `${refused.length > 0 ? `, ${refused.length} behind a refusal` : ''}.`,
  );
}

const isUnread = ({ stage, refused }: Reached): boolean => stage === undefined && refused === undefined;

const HEAD = ['position', 'stage', 'masked', 'let pass', 'rules asked'];

function byHeading(reached: readonly Reached[]): Map<string, Reached[]> {
  const found = new Map<string, Reached[]>();
  for (const each of reached) {
    const heading = `${each.wire}, ${each.way}`;
    found.set(heading, [...(found.get(heading) ?? []), each]);
  }
  return found;
}

function toldRow({ position, stage, signed, refused, masks, kept, rules }: Reached): string[] {
  if (stage === undefined) return [position, refused ? `refused: ${refused}` : 'READ BY NOTHING', '', '', ''];
  return [
    position,
    stage,
    signed ? 'signed, never altered' : toldMasks(masks),
    toldList(kept),
    toldList(rules),
  ];
}

/** `surrogate: financial, pii; redact: secret`. */
function toldMasks(masks: Reached['masks']): string {
  const forms = new Map<string, Set<string>>();
  for (const { form, group, entity, rule } of masks) {
    const what = rule.endsWith(`.${entity}`) || rule.includes('.fields.') ? entity : group;
    forms.set(form, (forms.get(form) ?? new Set()).add(what));
  }
  return toldList(
    [...forms].map(([form, what]) => `${form}: ${[...what].sort().join(', ')}`),
    '; ',
  );
}

const toldList = (list: readonly string[], by = ', '): string => (list.length > 0 ? list.join(by) : '–');

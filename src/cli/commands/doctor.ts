/** `fcgate doctor`: whether everything that a gateway needs is there, and what would leave under this policy. */
import type { Command } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import { escapeText } from '../../escape.ts';
import type { Policy } from '../../policy/policy.ts';
import { plainIn } from '../../trial/canary-values.ts';
import { type Check, checkUp } from '../checkup.ts';
import type { Context } from '../context.ts';
import { paint } from '../paint.ts';
import { policyInForce } from '../policy-file.ts';
import { type Rehearsed, rehearse } from '../rehearsal.ts';

export function define(command: Command, context: Context): void {
  command
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Made-up values are sent through the policy in every position of each provider's format, to an upstream in this process.

Example:
  fcgate doctor --policy fcgate.yaml`,
    )
    .action(({ json }) => doctor(context, json));
}

async function doctor(context: Context, json = false): Promise<void> {
  const { policy, fault } = policyOrFault(context);
  const checks = await checkUp(context, policy, fault);
  const rehearsed = policy ? await rehearse(context, policy) : [];
  if (checks.some(({ state }) => state === 'fail')) context.exitWith(1);
  if (json) {
    const wires = rehearsed.map((one) => ({
      ...one,
      left: Object.fromEntries(one.left),
      came: Object.fromEntries(one.came),
    }));
    context.printJson({ checks, rehearsed: wires });
    return;
  }
  for (const each of checks) context.print(toldCheck(context, each));
  for (const one of rehearsed) for (const line of toldWire(one)) context.print(line);
}

function policyOrFault(context: Context): { readonly policy?: Policy; readonly fault?: string } {
  try {
    return { policy: policyInForce(context) };
  } catch (error) {
    if (error instanceof FcgateError) return { fault: error.message };
    throw error;
  }
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

const toldCheck = (context: Context, { what, state, said }: Check): string =>
  `${paint(context)[colours[state]](state.padEnd(4))}  ${escapeText(what)}: ${escapeText(said)}`;

function* toldWire({ connection, path, outcome, left, came, audit }: Rehearsed): Generator<string> {
  yield '';
  yield escapeText(
    `${connection} POST ${path}: ${outcome}${left.size + came.size === 0 ? ', so nothing left' : ''}`,
  );
  yield* toldPositions('', left, 'left as it is');
  yield* toldPositions('came back in ', came, 'came as it is');
  if (audit) yield escapeText(`  audit: ${toldEntry(audit)}`);
}

function* toldPositions(
  how: string,
  positions: ReadonlyMap<string, string>,
  open: string,
): Generator<string> {
  for (const held of new Set(positions.values())) {
    const alike = [...positions.keys()].filter((position) => positions.get(position) === held);
    yield escapeText(`  ${how}${alike.join(', ')}: ${held}`);
    const plain = plainIn(held);
    if (plain.length > 0) yield escapeText(`    ${open}: ${plain.join(', ')}`);
  }
}

function toldEntry({ at, seq, effect, caller, findings = [] }: Record<string, unknown>): string {
  const counts = new Map<string, number>();
  for (const { entity } of findings as { entity: string }[])
    counts.set(entity, (counts.get(entity) ?? 0) + 1);
  const found = [...counts].map(([entity, count]) => `${entity} ×${count}`).join(', ');
  return `${at} #${seq} ${effect} for ${caller}, found ${found || 'nothing'}`;
}

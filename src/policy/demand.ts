/** Who must agree to what needs approval. */
import type { ApprovalDemand } from '../exchange.ts';
import { milliseconds } from './quantity.ts';
import type { Report } from './report.ts';
import type { Path } from './yaml.ts';

/** An `approve` as the file has it. */
export interface Asked {
  readonly groups?: readonly string[];
  readonly users?: readonly string[];
  readonly min?: number;
  readonly self?: boolean;
  readonly within?: string;
}

/** Whoever sits at the gateway's terminal. */
export const ANYBODY: ApprovalDemand = { groups: [], users: [], min: 1, self: false };

export function demandOf({ within, ...asked }: Asked, path: Path, report: Report): ApprovalDemand {
  const { groups, users, min, self } = { ...ANYBODY, ...asked };
  if (min > 1 && groups.length + users.length === 0) {
    report.problem(
      [...path, 'min'],
      `min: ${min} needs \`groups\` or \`users\`: one person sits at the gateway's terminal.`,
    );
  }
  return { groups, users, min, self, ...(within === undefined ? {} : { within: milliseconds(within) }) };
}

/**
 * One demand that answers all: those who may answer every one of them, or, where no one group may, each of them with
 * people of its own.
 */
export function joinDemands(demands: readonly ApprovalDemand[]): ApprovalDemand {
  const bounded = demands.filter((demand) => principals(demand).length > 0);
  const shared = bounded
    .map(principals)
    .reduce((a, b) => a.filter((each) => b.includes(each)), principals(bounded[0] ?? ANYBODY));
  const apart = bounded.length > 1 && shared.length === 0;
  const who = apart ? [...new Set(bounded.flatMap(principals))] : shared;
  const within = demands.map((demand) => demand.within).filter((ms) => ms !== undefined);
  return {
    groups: named(who, 'g:'),
    users: named(who, 'u:'),
    min: apart
      ? bounded.reduce((sum, { min }) => sum + min, 0)
      : Math.max(1, ...demands.map(({ min }) => min)),
    self: demands.every(({ self }) => self),
    ...(apart ? { parts: bounded } : {}),
    ...(within.length > 0 ? { within: Math.min(...within) } : {}),
  };
}

const principals = ({ groups, users }: ApprovalDemand): string[] => [
  ...groups.map((name) => `g:${name}`),
  ...users.map((name) => `u:${name}`),
];

const named = (who: readonly string[], kind: string): string[] =>
  who
    .filter((each) => each.startsWith(kind))
    .map((each) => each.slice(kind.length))
    .sort();

/** Why an expectation was not met, in lines: the units, their rules, and what conditions saw. Escaped. */

import { escapeText } from '../../escape.ts';
import type { RecordedDecision } from '../../exchange.ts';
import type { ExplainedFailure } from '../../trial/cases.ts';
import type { Testimony } from '../../trial/testimony.ts';
import { toldDecision } from '../told.ts';

/** More would not be read. */
const MOST = 6;

/** `decisions["tool_call"]: expected deny, got allow`. */
export const toldFailure = ({ what, expected, actual }: ExplainedFailure): string =>
  escapeText(`${what}: expected ${expected}, got ${actual}`);

export function explain({ decisions, testimony }: ExplainedFailure): string[] {
  const lines = [...decisions.map(toldUnit), ...testimony.flatMap(toldTestimony)];
  return [...new Set(lines)].slice(0, MOST * 3).map(escapeText);
}

/** The unit, what was decided on it, and where the rules that decided stand. */
function toldUnit(decision: RecordedDecision): string {
  const { stage, tool, path, rules } = decision;
  const places = [...new Set(rules.flatMap(({ at }) => at ?? []))];
  const where = places.length > 0 ? ` (${places.join(', ')})` : '';
  return `${[stage, tool].filter(Boolean).join(' ')} ${path}: ${toldDecision(decision)}${where}`;
}

/** A condition, what it said, and what it saw. */
export function toldTestimony({
  rule,
  effect,
  at,
  stage,
  tool,
  condition,
  holds,
  error,
  saw,
}: Testimony): string[] {
  const verdict = error === undefined ? String(holds) : `true, for it could not be evaluated: ${error}`;
  return [
    `${rule} at ${at}: ${effect} if ${condition} → ${verdict}, for ${[stage, tool].filter(Boolean).join(' ')}`,
    ...saw.map(({ name, value }) => `  ${name} = ${value === undefined ? 'not there' : shortened(value)}`),
  ];
}

const shortened = (value: string): string => (value.length > 160 ? `${value.slice(0, 160)}…` : value);

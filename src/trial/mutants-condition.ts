/** Mutants of conditions: their texts with one thing changed. */
import type { Clause } from '../policy/clause.ts';
import type { Point } from '../policy/condition.ts';
import { conditionsOf, type Placed } from '../policy/conditions.ts';
import type { Merged } from '../policy/merge.ts';
import type { Policy } from '../policy/policy.ts';
import type { Break, Mutant } from './mutants.ts';

/** A text put in the place of another. */
interface Change {
  readonly operator: string;
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

export function conditionMutants(policy: Policy, merged: Merged, broken: Break): Mutant[] {
  const clauses = [...Object.values(policy.rules).flat(), ...policy.toolRows.flatMap((row) => row.clauses)];
  return conditionsOf(merged.value).flatMap((placed) => {
    const clause = clauses.find(({ rule, effect }) => rule === placed.rule && effect === placed.effect);
    return changesOf(placed.text, clause).map((change) => ofChange(placed, change, merged, broken));
  });
}

function ofChange({ rule, path, text }: Placed, change: Change, merged: Merged, broken: Break): Mutant {
  const { operator, start, end, by } = change;
  const value = text.slice(0, start) + by + text.slice(end);
  const told = `\`${text.slice(start, end)}\` → \`${by}\``;
  return broken(operator, rule, path, told, value, merged.placeWithin(path, start));
}

function changesOf(text: string, clause: Clause | undefined): Change[] {
  const points = clause?.condition?.points ?? [];
  const whole = { operator: 'always', start: 0, end: text.length, by: 'true' };
  return [
    ...points.flatMap((point) => ofPoint(point, text)),
    ...ofTokens(text),
    ...(text.trim() === 'true' ? [] : [whole]),
  ];
}

function ofPoint({ text, start, end, neutral }: Point, whole: string): Change[] {
  const outside = text.replaceAll(/\([^()]*\)|\[[^[\]]*\]/g, '');
  const isNegated = /[=!]=/.test(outside);
  const isJoined = /&&|\|\|/.test(outside);
  const isGuard = text.startsWith('has(') && whole.slice(0, start).trimEnd().endsWith('!');
  return [
    ...(isNegated || isJoined ? [] : [{ operator: 'negate', start, end, by: `!(${text})` }]),
    ...(neutral === undefined || isGuard
      ? []
      : [{ operator: 'drop-operand', start, end, by: String(neutral) }]),
  ];
}

/** Strings and comments are passed over. */
const TOKEN =
  /\/\/[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|&&|\|\||[<>=!]=|[<>]|\b\d+(?:\.\d+)?\b|[\w.]+|\S/g;

const COMPARED: Readonly<Record<string, string>> = {
  '>': '>=',
  '>=': '>',
  '<': '<=',
  '<=': '<',
  '==': '!=',
  '!=': '==',
};
const JOINED: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' };

function ofTokens(text: string): Change[] {
  const tokens = [...text.matchAll(TOKEN)];
  return tokens.flatMap(({ 0: token, index: start }, i): Change[] => {
    const at = { start, end: start + token.length };
    const compared = COMPARED[token];
    if (compared) {
      const operator = token === '==' || token === '!=' ? 'flip-comparison' : 'shift-edge';
      return [{ operator, ...at, by: compared }];
    }
    if (JOINED[token]) return [{ operator: 'swap-operator', ...at, by: JOINED[token] }];
    const comparison = [tokens[i - 1]?.[0], tokens[i + 1]?.[0]].find((each) => each && COMPARED[each]);
    if (!/^\d/.test(token) || !comparison) return [];
    return [{ operator: 'shift-bound', ...at, by: shifted(token, comparison) }];
  });
}

/** Away from where the edge's own shift leads, which would be the same again. */
function shifted(bound: string, comparison: string): string {
  const down = comparison === '>=' || comparison === '<';
  if (bound.includes('.')) return (Number(bound) * (down ? 0.9 : 1.1)).toPrecision(3);
  return String(BigInt(bound) + (down && bound !== '0' ? -1n : 1n));
}

/** Exchanges explained, in lines: unit by unit what was found, what was asked, and what came of it. Escaped. */
import { escapeText } from '../../escape.ts';
import type { ExplainedExchange, ExplainedFinding, ExplainedUnit } from '../../trial/explain.ts';
import { reasons } from '../findings.ts';
import { toldTestimony } from './explained.ts';

export const toldExchange = ({ exchange, refused, units }: ExplainedExchange): string[] =>
  [
    `${exchange}${refused.length > 0 ? `: refused, ${refused.join(', ')}` : ''}`,
    ...units.flatMap((unit) => toldUnit(unit).map((line) => `  ${line}`)),
  ].map(escapeText);

function toldUnit({ stage, path, tool, effect, findings, conditions, rules, risk }: ExplainedUnit): string[] {
  const why = rules.map(({ rule, reason, error, at }) =>
    [`${rule}${at ? ` (${at})` : ''}`, reason, error].filter((each) => each !== undefined).join(': '),
  );
  return [
    `${[stage, tool].filter((each) => each !== undefined).join(' ')} ${path || '/'}: ${[effect, ...why].join(', ')}`,
    ...findings.flatMap(toldFinding),
    ...conditions.flatMap((each) => toldTestimony(each).map((line) => `  ${line}`)),
    ...(risk && risk.total > 0
      ? [
          `  risk ${risk.total}`,
          ...risk.lines.map(({ what, weight }) => `    ${String(weight).padStart(3)} ${what}`),
        ]
      : []),
  ];
}

function toldFinding({
  entity,
  path,
  start,
  end,
  score,
  detector,
  counts,
  masked,
  why,
}: ExplainedFinding): string[] {
  const became = masked ? `${masked.form} by ${masked.rule}` : 'let pass';
  return [
    `  ${counts ? '' : 'not '}${entity} (${score.toFixed(2)}, ${detector}) at ${path || '/'} ${start}–${end}${counts ? `: ${became}` : ''}`,
    ...(why ? [`    ${reasons(score, why)}`] : []),
  ];
}

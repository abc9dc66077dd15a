/** Findings in a text as lines to read: `FILE:LINE:COLUMN: ENTITY`, never the value. */
import { escapeText } from '../escape.ts';
import type { ExplainedFinding, TextFinding } from '../flow/scan.ts';

/** What was found in a text; where it was to be explained, also what nearly was. */
export interface Looked {
  readonly findings: readonly (TextFinding & Partial<ExplainedFinding>)[];
  readonly near_misses?: readonly ExplainedFinding[];
}

export function toldFindings(name: string, text: string, { findings, near_misses = [] }: Looked): string[] {
  let line = 1;
  let lineStart = 0;
  const misses = new Set<TextFinding>(near_misses);
  return [...findings, ...near_misses]
    .sort((a, b) => a.start - b.start)
    .flatMap((finding) => {
      const { entity, start, score, detector, explanation } = finding;
      for (
        let end = text.indexOf('\n', lineStart);
        end >= 0 && end < start;
        end = text.indexOf('\n', lineStart)
      ) {
        line += 1;
        lineStart = end + 1;
      }
      const place = `${name}:${line}:${start - lineStart + 1}`;
      const told = `${place}: ${misses.has(finding) ? 'not ' : ''}${entity} (${score.toFixed(2)}, ${detector})`;
      return [told, ...(explanation ? [`    ${reasons(score, explanation)}`] : [])].map(escapeText);
    });
}

/** What made a score. */
export function reasons(
  score: number,
  { threshold, base, influences, check, encoding }: ExplainedFinding['explanation'],
): string {
  const weights = influences.map(
    (each) => `${toldInfluence(each)} ${each.by > 0 ? '+' : '−'}${Math.abs(each.by).toFixed(2)}`,
  );
  return [
    [base === 0 ? 'nothing by itself' : `${base.toFixed(2)} by itself`, ...weights].join(', '),
    ...(check ? [`${check.name} ${check.right ? 'right' : 'wrong'}`] : []),
    ...(encoding === undefined ? [] : [`written in ${encoding}`]),
    `${score >= threshold ? 'counts' : 'would count'} from ${threshold.toFixed(2)}`,
  ].join('; ');
}

type Influence = ExplainedFinding['explanation']['influences'][number];

const toldInfluence = (influence: Influence): string =>
  'word' in influence
    ? JSON.stringify(influence.word)
    : 'key' in influence
      ? `key ${JSON.stringify(influence.key)}`
      : 'description';

/** Decisions in words, for people. */
import type { RecordedDecision } from '../exchange.ts';

/** What came of it, what was masked, who is asked, and which rules had a say. */
export function toldDecision({ effect, refused, masked, approval, rules, risk }: RecordedDecision): string {
  const masks = masked.map(({ entity, form }) => `${entity} ${form}`);
  const asked = approval ? [`asks ${approval.groups.join(', ') || 'the terminal'}`] : [];
  const why = rules.map(({ rule, reason, error }) => [rule, reason, error].filter(Boolean).join(': '));
  const score = risk ? [`risk ${risk.total}`] : [];
  // What people said, or why they did not, no rule tells.
  const said = refused && approval ? `${refused.code}: ${refused.reason}` : (refused?.code ?? effect);
  return [[said, ...masks].join(' '), ...asked, ...why, ...score].join(', ');
}

/** To the second, as people read it. */
export const moment = (at: string): string => at.slice(0, 19).replace('T', ' ');

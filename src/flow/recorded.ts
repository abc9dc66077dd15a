/** What the audit and the recording say: decisions by entity, path and rule, never by value. */
import type { Finding, Outcome, RecordedDecision, Recording, Unit } from '../exchange.ts';
import { findingsOf as findingsIn } from '../policy/findings.ts';
import { outcomesOf } from '../policy/trace.ts';
import type { Matches } from './inspect.ts';
import type { Law, Session } from './law.ts';
import type { Tell } from './pointers.ts';
import { redactText } from './scan.ts';
import type { AuditEntry } from './steps.ts';

/** Every decision that did something, that a rule had a say in, or that let a new call go on. */
export function recordedDecisions(
  outcomes: readonly Outcome[],
  units: readonly Unit[],
  tell: Tell,
  law: Law,
): RecordedDecision[] {
  return outcomes.flatMap((outcome) => {
    const { decision } = outcome;
    const unit = units[decision.unit];
    if (!unit || !isTold(outcome)) return [];
    return [recordedDecision(outcome, unit, tell, law)];
  });
}

const isTold = ({ decision, refused }: Outcome): boolean =>
  decision.effect !== 'allow' ||
  decision.stage === 'tool_call' ||
  decision.rules.length > 0 ||
  refused !== undefined;

export function recordedDecision(
  { decision, refused }: Outcome,
  unit: Unit,
  tell: Tell,
  law: Law,
): RecordedDecision {
  const { stage, path, tool, effect, rules, judged, risk, masks } = decision;
  return {
    stage,
    path: tell(path),
    // A model chooses the names of its calls, and may put a value there.
    ...(tool === undefined ? {} : { tool: redactText(law, tool) }),
    effect,
    rules,
    ...(judged ? { outcomes: outcomesOf(judged) } : {}),
    ...(risk.total > 0 ? { risk } : {}),
    ...(decision.approval ? { approval: decision.approval } : {}),
    masked: masks.map(({ leaf, entity, form, rule }) => ({
      path: tell(unit.leaves[leaf]!.path),
      entity,
      form,
      rule,
    })),
    ...(refused ? { refused } : {}),
  };
}

/** Findings of the units that are `wanted`. */
export const findingsOf = (
  units: readonly Unit[],
  matches: Matches,
  wanted: (unit: number) => boolean = () => true,
): Finding[] => units.flatMap((unit, u) => (wanted(u) ? findingsIn(unit, matches[u] ?? []) : []));

const RANK = { allow: 0, mask: 1, approve: 2, deny: 3 } as const;

/** Findings as the books have them. */
export const toldFindings = (findings: readonly Finding[], tell: Tell): Finding[] =>
  findings.map((finding) => ({ ...finding, path: tell(finding.path) }));

/** The strongest effect among outcomes, as it turned out. */
export function effectOf(outcomes: readonly Outcome[]): AuditEntry['effect'] {
  let strongest: AuditEntry['effect'] = 'allow';
  for (const { decision, refused } of outcomes) {
    const effect = refused ? 'deny' : decision.effect;
    if (RANK[effect] > RANK[strongest]) strongest = effect;
  }
  return strongest;
}

/** The fields that every audit line of an exchange begins with. */
export const entryHead = (session: Session) => ({
  exchange: session.exchange,
  session: session.lineage.session,
  connection: session.connection.name,
  caller: session.facts.caller.subject,
  policy: session.law.policy.hash,
});

/** The fields that every recording of an exchange begins with. */
export function recordingHead(
  session: Session,
): Pick<
  Recording,
  'id' | 'session' | 'label' | 'at' | 'connection' | 'provider' | 'caller' | 'groups' | 'policy'
> {
  const { lineage, law, facts, connection } = session;
  return {
    id: session.exchange,
    session: lineage.session,
    ...(lineage.label === undefined
      ? {}
      : { label: redactText(law, lineage.label).replace(/[^\w.-]/g, '_') }),
    at: new Date(facts.now).toISOString(),
    connection: connection.name,
    provider: connection.provider,
    caller: facts.caller.subject,
    ...(facts.caller.groups.length > 0 ? { groups: facts.caller.groups } : {}),
    policy: law.policy.hash,
  };
}

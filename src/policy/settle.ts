/** What becomes of decisions once people have answered. */
import type { Code, Decision, Outcome } from '../exchange.ts';
import type { Unanswered } from '../question.ts';

/** What a person, or a clock in their place, said. */
export interface Settlement {
  readonly allow: boolean;
  readonly code?: Code;
  readonly state?: Unanswered;
  readonly by?: string;
  readonly reason?: string;
}

/** One outcome per decision. Answers are found by the decision's index; silence refuses. */
export function settle(decisions: readonly Decision[], answers: ReadonlyMap<number, Settlement>): Outcome[] {
  return decisions.map((decision, index) => {
    if (decision.effect === 'deny') return refuse(decision, 'policy_denied', because(decision, 'deny'));
    if (decision.effect !== 'approve') return { decision };
    const answer = answers.get(index);
    if (answer?.allow) return { decision };
    return refuse(
      decision,
      answer?.code ?? 'approver_unavailable',
      `${verdict(answer)} ${because(decision, 'approve')}`,
    );
  });
}

const refuse = (decision: Decision, code: Code, reason: string): Outcome => ({
  decision,
  refused: { code, reason },
});

/** The rules that led to it, each with its author's words. */
const because = ({ rules }: Decision, effect: 'deny' | 'approve'): string =>
  rules
    .filter((rule) => rule.effect === effect)
    .map(
      ({ rule, reason, error }) =>
        `${rule}${reason ? `: ${reason}` : ''}${error ? ` (its condition failed: ${error})` : ''}`,
    )
    .join('; ');

const UNANSWERED: Readonly<Record<Unanswered, string>> = {
  approver_gone: 'Whoever could approve left before answering. Asked by',
  client_gone: 'The app left before anybody answered. Asked by',
  crowded: 'Too many questions of this session wait already. Asked by',
  unused: 'Approved, but not used in time. Asked by',
};

function verdict(answer: Settlement | undefined): string {
  if (answer?.state) return UNANSWERED[answer.state];
  if (answer?.code === 'approval_timeout') return 'Nobody answered in time. Asked by';
  if (answer?.code === 'gateway_stopped') return 'The gateway stopped before anybody answered. Asked by';
  if (answer?.code !== 'approval_denied') return 'Nobody is there to approve. Asked by';
  return `Refused${answer.by ? ` by ${answer.by}` : ''}${answer.reason ? `: ${answer.reason.replace(/\.$/, '')}` : ''}. Asked by`;
}

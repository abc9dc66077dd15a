/** A question that waits, in words for people and as data for scripts. */
import type { Pending } from '../approval/desk.ts';
import { pendingJson } from '../approval/told.ts';
import { escapeLines, escapeText } from '../escape.ts';

/** Several lines: what a person has to know to answer. */
export function toldPending({ question, decideBy, approvedBy, askers }: Pending): string[] {
  const { id, tool, connection, caller, demand, decision, shown, marks } = question;
  const people = [...demand.groups.map((group) => `group ${group}`), ...demand.users];
  const until = new Date(decideBy).toTimeString().slice(0, 8);
  const yes = approvedBy.length > 0 ? `, approved so far by ${approvedBy.join(', ')}` : '';
  const rules = decision.rules
    .filter(({ effect }) => effect === 'approve')
    .map(({ rule, reason }) => (reason ? `${rule}: ${reason}` : rule));
  return [
    escapeText(`${id}  ${tool ?? decision.stage} on ${connection}, asked for by ${caller}`),
    escapeText(`  asks: ${rules.join('; ')}`),
    escapeText(`  answers: ${people.join(', ') || 'you'}, until ${until}${yes}`),
    ...(askers > 1 ? [`  asked ${askers} times at once`] : []),
    ...escapeLines(shown)
      .split('\n')
      .map((line) => `    ${line}`),
    ...marks.map(({ path, entity, from }) =>
      escapeText(`  masked: ${path} ${entity ?? 'a value of the caller'}, from ${from.kind}`),
    ),
  ];
}

/** For a webhook: a line that chat tools show, without signs that they would obey, and the question as data. */
export function pendingLetter(pending: Pending) {
  const { id, tool, connection, caller, decision } = pending.question;
  const what = `${tool ?? decision.stage} on ${connection}, asked for by ${caller}`;
  const text = escapeText(`fcgate: ${what}. To answer: fcgate approve ${id}`);
  return { text: text.replace(/[&<>@]/g, ' '), data: pendingJson(pending) };
}

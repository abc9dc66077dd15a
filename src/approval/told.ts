/** A question that waits, as data for people and programs beyond this process: masked, as it is shown. */
import type { Pending } from './desk.ts';
import { askingRules } from './grants.ts';

export function pendingJson({ question, askedAt, decideBy, approvedBy, askers }: Pending, gateway?: string) {
  const { id, exchange, session, caller, connection, tool, shown, marks, demand, reason, decision } =
    question;
  return {
    id,
    ...(gateway === undefined ? {} : { gateway }),
    exchange,
    session,
    caller,
    connection,
    ...(tool === undefined ? {} : { tool }),
    shown,
    masked: marks,
    rules: askingRules(question),
    ...(decision.risk ? { risk: decision.risk } : {}),
    demand,
    reason,
    askedAt: new Date(askedAt).toISOString(),
    decideBy: new Date(decideBy).toISOString(),
    approvedBy,
    askers,
  };
}

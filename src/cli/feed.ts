/** What screens and watchers are told of an exchange that is over. */
import type { ExchangeEvent } from '../proxy/governance.ts';
import type { Feed } from '../tui/state.ts';

export const feedOf = (event: ExchangeEvent): Feed => {
  const { exchange, caller, connection, tools, code, decision, findings, addedMs } = event;
  return {
    at: Date.now(),
    exchange,
    caller,
    connection,
    tools,
    outcome: code ?? decision,
    findings,
    addedMs,
  };
};

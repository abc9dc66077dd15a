/** One exchange of a conversation as a recording, in a provider's words. */
import type { Recording } from '../../exchange.ts';
import type { Conversation, ModelTurn, Telling, Turn } from './conversation.ts';

export interface Told {
  readonly id: string;
  readonly session: string;
  /** ISO 8601. */
  readonly at: string;
  readonly stream: boolean;
  readonly conversation: Conversation;
  /** What was said before. */
  readonly turns: readonly Turn[];
  /** What the model now says. */
  readonly answer: ModelTurn;
}

export function tell(telling: Telling, told: Told): Recording {
  const { id, session, at, stream, conversation, turns, answer } = told;
  const { connection, provider, headers, type = 'text/event-stream' } = telling;
  return {
    id,
    session,
    at,
    connection,
    provider,
    caller: 'anonymous',
    request: {
      method: 'POST',
      path: telling.path(stream),
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(telling.request(conversation, turns, stream)),
    },
    response: {
      status: 200,
      headers: { 'content-type': stream ? type : 'application/json' },
      body: stream ? telling.stream(answer, id) : JSON.stringify(telling.answer(answer, id)),
    },
    ...undecided,
  };
}

/** Nothing was decided on what never happened. */
export const undecided = { decisions: [], findings: [], policy: '' } as const;

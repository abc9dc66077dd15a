/** What the audit says of questions and grants, and how a question that nobody answered is refused. */
import type { Answer, No, Question } from '../question.ts';
import { askingRules, type Grant } from './grants.ts';

/** What the audit says of a question. */
export type DeskEvent =
  | {
      readonly event: 'approval_asked';
      readonly question: string;
      readonly exchange: string;
      readonly session: string;
      readonly caller: string;
      readonly connection: string;
      readonly tool?: string;
      /** Keyed, over stage, tool, values, policy and caller. */
      readonly binds: string;
      readonly rules: readonly string[];
      readonly demand: Question['demand'];
      readonly within: number;
    }
  | {
      readonly event: 'approval_revealed';
      readonly question: string;
      readonly by: string;
      readonly path: string;
    }
  | { readonly event: 'approval_voted'; readonly question: string; readonly by: string }
  | {
      readonly event: 'approval_settled';
      readonly question: string;
      readonly exchange: string;
      readonly state: State;
      readonly by?: string;
      readonly reason?: string;
      readonly grant?: string;
      /** Where a person put another value. */
      readonly edited?: readonly string[];
    }
  | { readonly event: 'grant_made' | 'grant_narrowed' | 'grant_revoked'; readonly grant: Grant };

export type State =
  | 'approved'
  | 'denied'
  | 'denied_before'
  | 'timed_out'
  | 'approver_unavailable'
  | 'approver_gone'
  | 'client_gone'
  | 'crowded'
  | 'gateway_stopped';

export const refusals = {
  denied: { allow: false, code: 'approval_denied' },
  timed_out: { allow: false, code: 'approval_timeout' },
  approver_unavailable: { allow: false, code: 'approver_unavailable' },
  approver_gone: { allow: false, code: 'approver_unavailable', state: 'approver_gone' },
  client_gone: { allow: false, code: 'approver_unavailable', state: 'client_gone' },
  crowded: { allow: false, code: 'approver_unavailable', state: 'crowded' },
  gateway_stopped: { allow: false, code: 'gateway_stopped' },
} as const satisfies Record<string, No>;

export const asked = (question: Question): DeskEvent => {
  const { id, exchange, session, caller, connection, tool, hash, demand, within } = question;
  return {
    event: 'approval_asked',
    question: id,
    exchange,
    session,
    caller,
    connection,
    ...(tool === undefined ? {} : { tool }),
    binds: hash,
    rules: askingRules(question),
    demand,
    within,
  };
};

export const settled = ({ id, exchange }: Question, state: State) =>
  ({ event: 'approval_settled', question: id, exchange, state }) as const;

export const saidOf = (
  answer: Answer,
): { by?: string; reason?: string; grant?: string; edited?: readonly string[] } => ({
  ...(answer.by === undefined ? {} : { by: answer.by }),
  ...(answer.reason === undefined ? {} : { reason: answer.reason }),
  ...(answer.allow && answer.grant !== undefined ? { grant: answer.grant } : {}),
  ...(answer.allow && answer.edits ? { edited: answer.edits.map(({ path }) => path) } : {}),
});

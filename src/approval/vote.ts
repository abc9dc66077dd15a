/** One person's word on a question, and what comes of it. */
import type { Edit, Question } from '../question.ts';
import { type Approver, suffices } from './approver.ts';
import type { GrantScope } from './grants.ts';

export interface Vote {
  readonly allow: boolean;
  readonly reason?: string;
  /** A yes to the calls that are like it, too. */
  readonly grant?: GrantScope & { readonly expires: number };
  /** A yes to the call with other arguments. */
  readonly edits?: readonly Edit[];
}

/** What came of a vote; `fault` says why it was not taken. */
export type Voted =
  | 'settled'
  | 'counted'
  | 'gone'
  | 'not_yours'
  | 'reason_required'
  | { readonly fault: string };

/** Why this word may not edit the call. Others would approve what they did not see: an edited call goes on one person's word, or not at all. */
export function editFault(
  question: Question,
  approver: Approver,
  { allow, grant, edits = [] }: Vote,
): string | undefined {
  if (!allow || grant) return 'Only a yes to this very call can edit it.';
  if (!suffices([approver], question))
    return 'Others have to agree, to what all of them see: it cannot be edited.';
  return question.edit(edits);
}

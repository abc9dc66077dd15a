/** Who may answer a question, and when enough people have. */
import type { ApprovalDemand } from '../exchange.ts';
import type { Question } from '../question.ts';

/** Somebody who is there to answer. */
export interface Approver {
  readonly subject: string;
  readonly groups: readonly string[];
  /** Sits at the gateway's terminal, or was let in by the code that it shows. */
  readonly terminal: boolean;
}

type Asked = Pick<Question, 'caller' | 'demand'>;

export const mayAnswer = (approver: Approver, { caller, demand }: Asked): boolean =>
  partsOf(demand).some((part) => belongs(approver, caller, part));

/** Each part of the demand has its number of distinct people, and a person counts once in the whole. */
export const suffices = (approvers: readonly Approver[], { caller, demand }: Asked): boolean =>
  countDistinct(approvers) >= demand.min &&
  partsOf(demand).every(
    (part) => countDistinct(approvers.filter((each) => belongs(each, caller, part))) >= part.min,
  );

const partsOf = (demand: ApprovalDemand): readonly ApprovalDemand[] => demand.parts ?? [demand];

function belongs({ subject, groups, terminal }: Approver, caller: string, demand: ApprovalDemand): boolean {
  if (demand.groups.length + demand.users.length === 0) return terminal;
  if (subject === caller && !demand.self) return false;
  return demand.users.includes(subject) || demand.groups.some((group) => groups.includes(group));
}

const countDistinct = (approvers: readonly Approver[]): number =>
  new Set(approvers.map(({ subject }) => subject)).size;

/** The arguments of a call as a person edits them: one field for each. */
import type { Pending } from '../approval/desk.ts';
import { shownLeaves } from '../approval/grants.ts';
import type { Edit } from '../question.ts';

/** One argument of a call that a person edits. */
export interface Field {
  /** JSON pointer (RFC 6901) into what is shown. */
  readonly pointer: string;
  readonly shown: string;
  /** What is masked, if only in part, can be replaced as a whole alone. */
  readonly masked: boolean;
  /** Undefined while it is left as it is. */
  readonly typed: string | undefined;
}

export function fieldsOf({ question }: Pending): readonly Field[] {
  const { shown, marks, decision, tool } = question;
  if (tool === undefined) return [];
  const leaves = shownLeaves(shown) ?? new Map([['', shown]]);
  return [...leaves].map(([pointer, text]) => ({
    pointer,
    shown: text,
    masked: marks.some(({ path }) => path === decision.path + pointer),
    typed: undefined,
  }));
}

/** What a key makes of a field: typing goes on where the shown text ends, unless that is masked. */
export function typedInto({ shown, masked, typed, ...field }: Field, next: (text: string) => string): Field {
  return { ...field, shown, masked, typed: next(typed ?? (masked ? '' : shown)) };
}

export const editsOf = (fields: readonly Field[]): Edit[] =>
  fields.flatMap(({ pointer, shown, typed }) =>
    typed === undefined || typed === shown ? [] : [{ path: pointer, value: typed }],
  );

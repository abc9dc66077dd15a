/** A question as rows: who asks what and why, how long there is, the whole of the arguments, where masked values came from. */
import type { Pending } from '../approval/desk.ts';
import type { Origin, Question } from '../question.ts';
import { shownRows } from './arguments.ts';
import { type Line, line, segment, wrap } from './line.ts';

export interface QuestionRows {
  readonly rows: readonly Line[];
  /** The rows before this one hold the whole of the arguments. */
  readonly argumentsEnd: number;
}

/** `revealed` are values that this person asked to see, by pointer. */
export function questionRows(
  pending: Pending,
  now: number,
  width: number,
  revealed: ReadonlyMap<string, string>,
): QuestionRows {
  const { question } = pending;
  const above = aboveOf(pending, now).flatMap((each) => wrap(each, width, 2));
  const shown = shownOnce(question, width);
  const below = originLines(question, revealed).flatMap((each) => wrap(each, width, 4));
  return { rows: [...above, ...shown, ...below], argumentsEnd: above.length + shown.length };
}

/** The rows of a question's arguments cost by their size: they are made once for each width. */
const made = new WeakMap<Question, { readonly width: number; readonly rows: readonly Line[] }>();

function shownOnce(question: Question, width: number): readonly Line[] {
  const before = made.get(question);
  if (before?.width === width) return before.rows;
  const rows = shownRows(question, width);
  made.set(question, { width, rows });
  return rows;
}

function aboveOf({ question, decideBy, approvedBy, askers }: Pending, now: number): Line[] {
  const { tool, connection, caller, before, demand, decision } = question;
  const people = [...demand.groups.map((group) => `group ${group}`), ...demand.users];
  const history = before.tools.length > 0 ? `: ${before.tools.join(', ')}` : '';
  return [
    [segment(tool ?? decision.stage, { bold: true }), segment(` on ${connection}, asked for by ${caller}`)],
    ...decision.rules
      .filter(({ effect }) => effect === 'approve')
      .map(({ rule, reason, error, at }) =>
        line(
          `asks: ${rule}${at ? ` (${at})` : ''}${reason ? `: ${reason}` : ''}${error ? ` [${error}]` : ''}`,
        ),
      ),
    ...riskLines(question),
    line(`session ${question.session}, exchanges so far: ${before.calls}${history}`),
    line(
      `answers: ${people.join(', ') || 'whoever sits here'}${demand.min > 1 ? `, ${approvedBy.length} of ${demand.min} so far` : ''}${askers > 1 ? `; asked ${askers} times at once` : ''}`,
    ),
    line(`${timeLeft(decideBy - now)} left`, decideBy - now < 30_000 ? { colour: 'red' } : {}),
    line(''),
  ];
}

const riskLines = ({ decision: { risk } }: Question): Line[] =>
  risk
    ? [
        line(`risk ${risk.total}`),
        ...risk.lines.map(({ what, weight }) => line(`  ${String(weight).padStart(3)} ${what}`)),
      ]
    : [];

function originLines({ marks, decision }: Question, revealed: ReadonlyMap<string, string>): Line[] {
  if (marks.length === 0) return [];
  return [
    line(''),
    line('masked:', { bold: true }),
    ...marks.flatMap(({ path, entity, from }) => {
      const value = revealed.get(path);
      return [
        line(`  ${within(path, decision.path)} ${entity ?? 'a value of the caller'}, ${toldOrigin(from)}`),
        ...(value === undefined ? [] : [[segment('    in full: '), segment(value, { colour: 'red' })]]),
      ];
    }),
  ];
}

/** A leaf's pointer within what is shown. */
export const within = (path: string, base: string): string =>
  (path.startsWith(base) ? path.slice(base.length) : path) || '/';

function toldOrigin(from: Origin): string {
  switch (from.kind) {
    case 'this_call':
      return 'first seen in this call';
    case 'tool_result':
      return `from the result of ${from.tool ?? 'a tool'} (${from.path})`;
    case 'past_call':
      return `from an earlier call (${from.path})`;
    case 'tool_definition':
      return `from a tool that was offered (${from.path})`;
    case 'prompt':
      return `from the prompt (${from.path})`;
  }
}

export function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

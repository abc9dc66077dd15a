/** The screen as rows of text: a header, a body, a notice, the keys. */
import type { Pending } from '../approval/desk.ts';
import type { Grant } from '../approval/grants.ts';
import { cell, clip, type Line, line, type Style, segment } from './line.ts';
import { questionRows, timeLeft, within } from './question.ts';
import { bodyRows, type Feed, feedOf, openPending, type Screen, type World } from './state.ts';

/** Which gateway this is. */
export interface About {
  /** For the header: where it listens, under which policy. */
  readonly title: string;
  /** Shown until there is something else: what to paste. */
  readonly greeting: readonly string[];
  /** What Ctrl-C does. */
  readonly end: string;
  /** The code that approving from elsewhere needs. */
  readonly code?: string;
}

export function screenRows(screen: Screen, world: World, { title, greeting, end, code }: About): Line[] {
  const told = screen.mode === 'help' ? helpOf(end, code) : bodies[screen.mode](screen, world);
  const body = (told.length > 0 ? told : greeting.map((text) => line(text))).slice(0, bodyRows(world));
  const filling = Array.from({ length: bodyRows(world) - body.length }, () => line(''));
  return [
    headerOf(world, title, code),
    ...body,
    ...filling,
    line(clip(screen.notice, world.columns), { colour: 'yellow' }),
    line(clip(keysOf(screen), world.columns), { dim: true }),
  ];
}

function headerOf({ pending, columns }: World, title: string, code?: string): Line {
  const waiting = pending.length === 0 ? '' : ` ${pending.length} waiting `;
  const told = code === undefined ? '' : ` code ${code} `;
  const rest = Math.max(0, columns - waiting.length - told.length);
  return [
    ...(waiting ? [segment(waiting, { colour: 'red', inverse: true, bold: true })] : []),
    segment(cell(` ${title}`, rest), { inverse: true }),
    ...(told ? [segment(told, { inverse: true, bold: true })] : []),
  ];
}

const bodies: Readonly<Record<Exclude<Screen['mode'], 'help'>, (screen: Screen, world: World) => Line[]>> = {
  feed: feedBody,
  search: feedBody,
  question: questionBody,
  why_deny: questionBody,
  why_approve: questionBody,
  reveal: revealBody,
  pattern: patternBody,
  edit: editBody,
  grants: grantsBody,
};

/** Questions first; the feed's newest lines in what is left. */
function feedBody(screen: Screen, world: World): Line[] {
  const { pending, columns, now } = world;
  const height = bodyRows(world);
  const shown = Math.min(pending.length, Math.max(1, Math.floor(height / 2)));
  const cursor = Math.min(screen.cursor, pending.length - 1);
  const first = Math.max(0, Math.min(cursor - shown + 1, pending.length - shown));
  const questions = pending
    .slice(first, first + shown)
    .map((each, i) => questionLine(each, now, columns, first + i === cursor));
  const more = pending.length > shown ? [line(`  … ${pending.length} in all`, { dim: true })] : [];
  const above = pending.length > 0 ? [...questions, ...more, line('')] : [];
  const left = height - above.length;
  const feed = feedOf(screen, world);
  const lines = feed.slice(Math.max(0, feed.length - left)).map((each) => feedLine(each, columns));
  return [...above, ...lines];
}

function questionLine(
  { question, decideBy, askers }: Pending,
  now: number,
  columns: number,
  under: boolean,
): Line {
  const { tool, caller, connection, decision } = question;
  const rules = decision.rules.filter(({ effect }) => effect === 'approve').map(({ rule }) => rule);
  const text = [
    under ? '▶' : ' ',
    cell(tool ?? decision.stage, 24),
    cell(`${caller} on ${connection}`, 24),
    timeLeft(decideBy - now).padStart(7),
    askers > 1 ? `×${askers}` : '',
    rules.join(', '),
  ].join(' ');
  return line(clip(text, columns), { bold: true, ...(under ? { inverse: true } : {}) });
}

const outcomeStyles: Readonly<Record<string, Style>> = {
  allow: {},
  mask: { colour: 'cyan' },
  approve: { colour: 'green' },
};

function feedLine(
  { at, caller, connection, tools, outcome, findings, addedMs }: Feed,
  columns: number,
): Line {
  const time = new Date(at).toTimeString().slice(0, 8);
  const before = `${time} ${cell(caller, 10)} ${cell(connection, 10)} `;
  const after = `${String(findings).padStart(3)} found ${`+${addedMs.toFixed(1)}`.padStart(6)} ms`;
  const width = Math.max(8, columns - before.length - after.length - 16);
  return [
    segment(before, { dim: true }),
    segment(cell(tools.join(', ') || '-', width)),
    segment(` ${cell(outcome, 14)} `, outcomeStyles[outcome] ?? { colour: 'red' }),
    segment(after, { dim: true }),
  ];
}

function questionBody(screen: Screen, world: World): Line[] {
  const pending = openPending(screen, world);
  if (!pending || !screen.open) return [];
  const { rows } = questionRows(pending, world.now, world.columns, screen.open.revealed);
  const { top } = screen.open;
  return rows.slice(top, top + bodyRows(world)) as Line[];
}

function revealBody(screen: Screen, world: World): Line[] {
  const question = openPending(screen, world)?.question;
  if (!question) return [];
  const paths = [...new Set(question.marks.map(({ path }) => path))];
  return [
    line('Which value do you need to see? The audit will say that you did.', { bold: true }),
    line(''),
    ...paths.map((path, i) =>
      chosen(within(path, question.decision.path), i === screen.cursor, world.columns),
    ),
  ];
}

function patternBody({ pattern, cursor }: Screen, { columns }: World): Line[] {
  return [
    line('Say yes to every call like this for an hour. `*` stands for anything.', { bold: true }),
    line(''),
    ...pattern.map(([pointer, text], i) => chosen(`${pointer || '/'} = ${text}`, i === cursor, columns)),
  ];
}

/** The field under the cursor is always among those that are shown. */
function editBody({ fields, cursor }: Screen, world: World): Line[] {
  const room = bodyRows(world) - 2;
  const first = Math.max(0, Math.min(cursor - room + 1, fields.length - room));
  return [
    line('The call goes on as you write it here. What is masked can only be replaced as a whole.', {
      bold: true,
    }),
    line(''),
    ...fields.slice(first, first + room).map(({ pointer, shown, masked, typed }, i) => {
      const sign = typed === undefined ? ' ' : '*';
      const text =
        typed === undefined
          ? `${shown}${masked ? ' (masked)' : ''}`
          : `${endOf(typed, world.columns - pointer.length - 8)}█`;
      return chosen(`${sign} ${pointer || '/'} = ${text}`, first + i === cursor, world.columns);
    }),
  ];
}

/** Whoever types looks at the end. */
const endOf = (text: string, width: number): string => {
  const signs = [...text];
  return signs.length > width ? `…${signs.slice(1 - Math.max(2, width)).join('')}` : text;
};

function grantsBody({ cursor }: Screen, { grants, now, columns }: World): Line[] {
  if (grants.length === 0) return [line('No grants.', { dim: true })];
  return grants.map((grant, i) =>
    chosen(grantText(grant, now), i === Math.min(cursor, grants.length - 1), columns),
  );
}

function grantText(
  { id, by, caller, connection, tool, session, match, expires }: Grant,
  now: number,
): string {
  const what = match
    ? Object.entries(match)
        .map(([at, text]) => `${at}=${text}`)
        .join(' ')
    : '';
  const where = session === undefined ? '' : `in session ${session}`;
  return `${timeLeft(expires - now)}  ${tool} for ${caller} on ${connection} ${where}${what} by ${by.subject} (${id.slice(0, 8)})`;
}

const chosen = (text: string, under: boolean, columns: number): Line =>
  line(clip(`${under ? '▶' : ' '} ${text}`, columns), under ? { inverse: true } : {});

function keysOf({ mode, typed, filter, paused, search }: Screen): string {
  switch (mode) {
    case 'feed': {
      const state = [filter === 'all' ? '' : filter, paused ? 'paused' : '', search ? `“${search}”` : ''];
      const told = state.filter(Boolean).join(', ');
      return `${told ? `[${told}] ` : ''}↑↓ choose  ⏎ open  / search  f filter  p pause  g grants  ? help  ^C end`;
    }
    case 'question':
      return 'a approve  d deny  e edit  s session  t pattern  r reveal  esc back  ? help';
    case 'why_deny':
      return `Why not? The model reads it. ⏎ denies, esc goes back: ${typed}█`;
    case 'why_approve':
      return `Why? ⏎ approves, esc goes back: ${typed}█`;
    case 'pattern':
      return '↑↓ choose  type to change  tab *  ⏎ grant and approve  esc back';
    case 'edit':
      return '↑↓ choose  type to change  tab as it was  ⏎ approve as edited  esc back';
    case 'reveal':
      return '↑↓ choose  ⏎ reveal  esc back';
    case 'grants':
      return '↑↓ choose  x revoke  n ten minutes more, at most  esc back';
    case 'search':
      return `/${typed}█  ⏎ search, esc all`;
    case 'help':
      return 'any key goes back';
  }
}

const helpOf = (end: string, code: string | undefined): Line[] =>
  [
    'Questions stand first; the exchanges that ended stand below, the newest last.',
    '',
    '⏎      open the question under ▶; space and ↑↓ scroll in it',
    'a      approve; only after all of the arguments was on the screen',
    'd      deny, with a reason that the model gets to read',
    'e      edit the arguments, and approve the call as edited',
    's      approve, and all calls of this tool in this session for an hour',
    't      approve, and all calls of this tool that fit a pattern for an hour',
    'r      reveal one masked value; the audit says that you did',
    'g      grants: x revokes one, n leaves it ten minutes',
    '/ f p  search, filter and pause the feed',
    `^C     ${end}`,
    ...(code === undefined ? [] : [`       ${code} is the code that approving from elsewhere needs`]),
    '',
    'Nobody answers in time: refused. Values that stand marked are masked: the app has its own.',
  ].map((text) => line(text));

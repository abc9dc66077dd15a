/** What a key makes of the screen, and what is to be done beside. */
import type { Pending } from '../approval/desk.ts';
import { shownLeaves } from '../approval/grants.ts';
import type { Vote } from '../approval/vote.ts';
import { editsOf, fieldsOf, typedInto } from './fields.ts';
import { questionRows } from './question.ts';
import { bodyRows, filters, type Mode, type Open, openPending, type Screen, type World } from './state.ts';

export type Act =
  | { readonly kind: 'vote'; readonly id: string; readonly vote: Vote }
  | { readonly kind: 'reveal'; readonly id: string; readonly path: string }
  | { readonly kind: 'revoke'; readonly id: string }
  | { readonly kind: 'narrow'; readonly id: string; readonly expires: number }
  | { readonly kind: 'stop' };

/** A letter as it was typed, or the name of another key. */
export type Key = string;

export interface Turn {
  readonly screen: Screen;
  readonly act?: Act;
}

/** A key pressed before that was meant for what was there before. */
export const settleMs = 500;
export const grantMs = 60 * 60 * 1000;
const narrowedMs = 10 * 60 * 1000;

export function press(screen: Screen, key: Key, world: World): Turn {
  const now = { ...screen, notice: '' };
  if (key === 'ctrl-c') return { screen: now, act: { kind: 'stop' } };
  return modes[screen.mode](now, key, world);
}

const modes: Readonly<Record<Mode, (screen: Screen, key: Key, world: World) => Turn>> = {
  feed: inFeed,
  question: inQuestion,
  why_deny: (screen, key, world) => typing(screen, key, world, false),
  why_approve: (screen, key, world) => typing(screen, key, world, true),
  pattern: inPattern,
  edit: inEdit,
  reveal: inReveal,
  grants: inGrants,
  search: inSearch,
  help: (screen) => ({ screen: { ...screen, mode: screen.open ? 'question' : 'feed' } }),
};

function inFeed(screen: Screen, key: Key, world: World): Turn {
  const last = world.pending.length - 1;
  if (isUp(key)) return { screen: { ...screen, cursor: Math.max(0, screen.cursor - 1) } };
  if (isDown(key)) return { screen: { ...screen, cursor: Math.max(0, Math.min(last, screen.cursor + 1)) } };
  if (key === 'enter') return { screen: opened(screen, world) };
  if (key === 'p') return { screen: paused(screen, world) };
  if (key === 'f') {
    const next = filters[(filters.indexOf(screen.filter) + 1) % filters.length]!;
    return { screen: { ...screen, filter: next } };
  }
  if (key === '/') return { screen: { ...screen, mode: 'search', typed: screen.search } };
  if (key === 'g') return { screen: { ...screen, mode: 'grants', cursor: 0 } };
  if (key === '?') return { screen: { ...screen, mode: 'help' } };
  if (key === 'q') return { screen: { ...screen, notice: 'Ctrl-C ends this; ? says how.' } };
  return { screen };
}

function paused({ paused, ...screen }: Screen, { feed }: World): Screen {
  return paused ? screen : { ...screen, paused: feed };
}

function opened(screen: Screen, { pending, now, columns }: World): Screen {
  const chosen = pending[Math.min(screen.cursor, pending.length - 1)];
  if (!chosen) return { ...screen, notice: 'Nothing waits.' };
  const open = { id: chosen.question.id, since: now, top: 0, seen: 0, width: columns, revealed: new Map() };
  return { ...screen, mode: 'question', open, fields: [] };
}

function inQuestion(screen: Screen, key: Key, world: World): Turn {
  const open = screen.open!;
  const pending = openPending(screen, world);
  if (!pending) return { screen };
  const page = bodyRows(world);
  const scroll = scrolls(key, page);
  if (scroll !== undefined)
    return { screen: { ...screen, open: { ...open, top: Math.max(0, open.top + scroll) } } };
  if (key === 'escape') return { screen: closed(screen) };
  if (key === '?') return { screen: { ...screen, mode: 'help' } };
  if (key === 'd') return { screen: { ...screen, mode: 'why_deny', typed: '' } };
  if (key === 'r') {
    if (pending.question.marks.length === 0)
      return { screen: { ...screen, notice: 'Nothing in it is masked.' } };
    return { screen: { ...screen, mode: 'reveal', cursor: 0 } };
  }
  if (!['a', 's', 't', 'e'].includes(key)) return { screen };
  const notYet = tooEarly(open, pending, world);
  if (notYet) return { screen: { ...screen, notice: notYet } };
  if (key === 't') return { screen: patterned(screen, pending) };
  if (key === 'e') return { screen: editing(screen, pending) };
  if (key === 'a' && pending.question.reason === 'required')
    return { screen: { ...screen, mode: 'why_approve', typed: '', fields: [] } };
  const grant = key === 's' ? { kind: 'session' as const, expires: world.now + grantMs } : undefined;
  return { screen, act: { kind: 'vote', id: open.id, vote: { allow: true, ...(grant ? { grant } : {}) } } };
}

/** Undefined where a yes may be said. */
function tooEarly(
  { since, seen, revealed }: Open,
  pending: Pending,
  { now, columns }: World,
): string | undefined {
  if (now - since < settleMs) return 'Too soon: look at it first.';
  const { argumentsEnd } = questionRows(pending, now, columns, revealed);
  return seen < argumentsEnd ? 'Scroll down first: not all of it was on the screen.' : undefined;
}

function closed({ open: _left, ...screen }: Screen): Screen {
  return { ...screen, mode: 'feed', typed: '' };
}

function patterned(screen: Screen, { question }: Pending): Screen {
  const leaves = shownLeaves(question.shown);
  if (!leaves || question.tool === undefined)
    return { ...screen, notice: 'Only a call can be granted by a pattern.' };
  return { ...screen, mode: 'pattern', cursor: 0, pattern: [...leaves] };
}

function inPattern(screen: Screen, key: Key, world: World): Turn {
  const { pattern, cursor } = screen;
  const [pointer, text] = pattern[cursor] ?? ['', ''];
  const write = (next: string): Turn => ({
    screen: { ...screen, pattern: pattern.with(cursor, [pointer, next]) },
  });
  if (key === 'escape') return { screen: { ...screen, mode: 'question' } };
  if (key === 'up') return { screen: { ...screen, cursor: Math.max(0, cursor - 1) } };
  if (key === 'down') return { screen: { ...screen, cursor: Math.min(pattern.length - 1, cursor + 1) } };
  if (key === 'enter') {
    const grant = {
      kind: 'pattern' as const,
      match: Object.fromEntries(pattern),
      expires: world.now + grantMs,
    };
    const vote = { allow: true, grant };
    return { screen: { ...screen, mode: 'question' }, act: { kind: 'vote', id: screen.open!.id, vote } };
  }
  if (pattern.length === 0) return { screen };
  if (key === 'tab') return write('*');
  if (key === 'backspace') return write([...text].slice(0, -1).join(''));
  return isText(key) ? write(text + key) : { screen };
}

function editing(screen: Screen, pending: Pending): Screen {
  // What was written and not taken is still there to be mended.
  const fields = screen.fields.length > 0 ? screen.fields : fieldsOf(pending);
  if (fields.length === 0) return { ...screen, notice: 'Only a call that has arguments can be edited.' };
  return { ...screen, mode: 'edit', cursor: 0, fields };
}

function inEdit(screen: Screen, key: Key, world: World): Turn {
  const { fields, cursor } = screen;
  const field = fields[cursor]!;
  const write = (next: (text: string) => string): Turn => ({
    screen: { ...screen, fields: fields.with(cursor, typedInto(field, next)) },
  });
  if (key === 'escape') return { screen: { ...screen, mode: 'question', fields: [] } };
  if (key === 'up') return { screen: { ...screen, cursor: Math.max(0, cursor - 1) } };
  if (key === 'down') return { screen: { ...screen, cursor: Math.min(fields.length - 1, cursor + 1) } };
  if (key === 'tab')
    return { screen: { ...screen, fields: fields.with(cursor, { ...field, typed: undefined }) } };
  if (key === 'backspace') return write((text) => [...text].slice(0, -1).join(''));
  if (key !== 'enter') return isText(key) ? write((text) => text + key) : { screen };
  const edits = editsOf(fields);
  if (edits.length === 0) return { screen: { ...screen, notice: 'Nothing is changed yet.' } };
  if (openPending(screen, world)?.question.reason === 'required')
    return { screen: { ...screen, mode: 'why_approve', typed: '' } };
  return {
    screen: { ...screen, mode: 'question' },
    act: { kind: 'vote', id: screen.open!.id, vote: { allow: true, edits } },
  };
}

function inReveal(screen: Screen, key: Key, world: World): Turn {
  const marks = openPending(screen, world)?.question.marks ?? [];
  const paths = [...new Set(marks.map(({ path }) => path))];
  if (key === 'escape') return { screen: { ...screen, mode: 'question', cursor: 0 } };
  if (isUp(key)) return { screen: { ...screen, cursor: Math.max(0, screen.cursor - 1) } };
  if (isDown(key)) return { screen: { ...screen, cursor: Math.min(paths.length - 1, screen.cursor + 1) } };
  const path = paths[screen.cursor];
  if (key !== 'enter' || path === undefined) return { screen };
  return {
    screen: { ...screen, mode: 'question', cursor: 0 },
    act: { kind: 'reveal', id: screen.open!.id, path },
  };
}

function inGrants(screen: Screen, key: Key, { grants, now }: World): Turn {
  if (key === 'escape') return { screen: { ...screen, mode: 'feed', cursor: 0 } };
  if (isUp(key)) return { screen: { ...screen, cursor: Math.max(0, screen.cursor - 1) } };
  if (isDown(key))
    return { screen: { ...screen, cursor: Math.max(0, Math.min(grants.length - 1, screen.cursor + 1)) } };
  const grant = grants[Math.min(screen.cursor, grants.length - 1)];
  if (key === 'x' && grant) return { screen, act: { kind: 'revoke', id: grant.id } };
  if (key === 'n' && grant)
    return { screen, act: { kind: 'narrow', id: grant.id, expires: now + narrowedMs } };
  return { screen };
}

function inSearch(screen: Screen, key: Key): Turn {
  if (key === 'escape') return { screen: { ...screen, mode: 'feed', search: '', typed: '' } };
  if (key === 'enter') return { screen: { ...screen, mode: 'feed', search: screen.typed } };
  return { screen: { ...screen, typed: typedNext(screen.typed, key) } };
}

/** A person's reason, then their word. */
function typing(screen: Screen, key: Key, _world: World, allow: boolean): Turn {
  if (key === 'escape') return { screen: { ...screen, mode: 'question', typed: '' } };
  if (key !== 'enter') return { screen: { ...screen, typed: typedNext(screen.typed, key) } };
  const reason = screen.typed.trim();
  const edits = allow ? editsOf(screen.fields) : [];
  const vote = { allow, ...(reason ? { reason } : {}), ...(edits.length > 0 ? { edits } : {}) };
  return {
    screen: { ...screen, mode: 'question', typed: '' },
    act: { kind: 'vote', id: screen.open!.id, vote },
  };
}

function typedNext(typed: string, key: Key): string {
  if (key === 'backspace') return [...typed].slice(0, -1).join('');
  return isText(key) ? typed + key : typed;
}

/** Names of keys are in lower-case letters and longer than one sign; what is pasted may be long. */
const named: ReadonlySet<string> = new Set([
  'up',
  'down',
  'left',
  'right',
  'pageup',
  'pagedown',
  'enter',
  'escape',
  'tab',
  'backspace',
  'ctrl-c',
  'other',
]);
const isText = (key: Key): boolean => !named.has(key);

const isUp = (key: Key): boolean => key === 'up' || key === 'k';
const isDown = (key: Key): boolean => key === 'down' || key === 'j';

function scrolls(key: Key, page: number): number | undefined {
  if (isUp(key)) return -1;
  if (isDown(key)) return 1;
  if (key === 'pageup') return -page;
  if (key === 'pagedown' || key === ' ') return page;
  return undefined;
}

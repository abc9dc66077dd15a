/** The gateway's terminal without a screen, as screen readers and dumb terminals take it: lines are told, lines are answered. */
import type { Approver } from '../approval/approver.ts';
import type { Pending } from '../approval/desk.ts';
import { type Grant, shownLeaves } from '../approval/grants.ts';
import type { Vote } from '../approval/vote.ts';
import { escapeText } from '../escape.ts';
import type { Edit } from '../question.ts';
import { notifyDesktop } from './desktop.ts';
import { grantMs, settleMs } from './keys.ts';
import type { Line } from './line.ts';
import { questionRows } from './question.ts';
import { type DeskView, notOnTheBooks, votes } from './store.ts';

export interface PlainOptions {
  readonly desk: DeskView;
  /** Who sits there. */
  readonly approver: Approver;
  /** What they write, line by line; they are gone when it ends. */
  readonly lines: AsyncIterable<string>;
  print(line: string): void;
  now(): number;
}

/** A question that was told under a number, which no other ever gets. */
interface Told {
  readonly id: string;
  readonly at: number;
  readonly edits: Edit[];
}

const HELP = [
  'approve N          let question N go on; `approve N session` also what is like it in that session, for an hour;',
  '                   `approve N like /POINTER=PATTERN …` also calls of the tool like it but for these, for an hour',
  'deny N REASON      refuse it; the model reads the reason',
  'edit N /POINTER VALUE   change an argument; `approve N` then lets the call go on as edited',
  'reveal N /POINTER  show a masked value in full; the audit says that you saw it',
  'show N, list       tell a question again, or all that wait',
  'grants, revoke ID  what you allowed for a while, and its end',
];

/** Whoever writes here is there to answer, until `close`. Nothing printed moves a cursor. */
export function openPlain(options: PlainOptions): { close(): void } {
  const { desk, approver, lines, print } = options;
  const room: Room = { ...options, told: new Map(), last: 0 };
  const leave = desk.attach(approver);
  const unwatch = desk.watch(() => look(room));
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    unwatch();
    leave();
  };
  const listen = async (): Promise<void> => {
    for await (const text of lines) if (!closed) await hear(room, text).catch(() => print(notOnTheBooks));
    if (!closed) print('Nobody writes here any more: what waits for whoever sits here is refused.');
    close();
  };
  look(room);
  void listen();
  return { close };
}

interface Room extends PlainOptions {
  /** Questions that wait, by the number that they were told under. */
  readonly told: Map<number, Told>;
  last: number;
}

const find = ({ desk }: Room, id: string): Pending | undefined =>
  desk.pending.find(({ question }) => question.id === id);

/** Tells what came, and what is over. */
function look(room: Room): void {
  const { desk, told, print, now } = room;
  const open = new Set(desk.pending.map(({ question }) => question.id));
  for (const [number, { id }] of told) {
    if (open.has(id)) open.delete(id);
    else if (told.delete(number)) print(`Question ${number} is over.`);
  }
  for (const id of open) {
    told.set(++room.last, { id, at: now(), edits: [] });
    notifyDesktop(`${desk.pending.length} waiting for your approval`);
    tell(room, room.last);
  }
}

function tell(room: Room, number: number): void {
  const { told, print, now } = room;
  const each = told.get(number)!;
  const { rows } = questionRows(find(room, each.id)!, now(), Number.MAX_SAFE_INTEGER, new Map());
  print(`Question ${number}:`);
  for (const row of rows) print(`  ${spelled(row)}`);
  for (const { path, value } of each.edits) print(escapeText(`  edited: ${path} = ${value}`));
  print(`Answer with: approve ${number}, or deny ${number} REASON. More: help`);
  told.set(number, { ...each, at: now() });
}

async function hear(room: Room, text: string): Promise<void> {
  const [, word = '', rest = ''] = /^\s*(\w+)\s*(.*?)\s*$/.exec(text) ?? [];
  if (Object.hasOwn(ALONE, word)) return ALONE[word]!(room, rest);
  if (!Object.hasOwn(NUMBERED, word))
    return text.trim() === '' ? undefined : room.print('Not understood. Write help.');
  const [, digits, more = ''] = /^(\d+)\s*(.*)$/.exec(rest) ?? [];
  if (digits === undefined) return room.print(`Which one? Write: ${word} N`);
  if (!room.told.has(Number(digits))) return room.print(`No question ${digits} waits.`);
  return NUMBERED[word]!(room, Number(digits), more);
}

type Heard = void | Promise<void>;

/** Words about one question. */
const NUMBERED: Readonly<Record<string, (room: Room, number: number, rest: string) => Heard>> = {
  approve,
  deny: (room, number, reason) => answer(room, number, { allow: false, ...(reason ? { reason } : {}) }),
  edit: change,
  reveal,
  show: tell,
};

const ALONE: Readonly<Record<string, (room: Room, rest: string) => Heard>> = {
  help({ print }) {
    for (const each of HELP) print(each);
  },
  list(room) {
    if (room.told.size === 0) room.print('Nothing waits.');
    for (const number of room.told.keys()) tell(room, number);
  },
  grants({ desk, print }) {
    const grants = desk.grants.list();
    if (grants.length === 0) print('Nothing is granted.');
    for (const each of grants) print(toldGrant(each));
  },
  async revoke({ desk, print }, id) {
    print((await desk.grants.revoke(id)) ? 'Revoked.' : 'There is no such grant.');
  },
};

function approve(room: Room, number: number, rest: string): Heard {
  const { edits } = room.told.get(number)!;
  const expires = room.now() + grantMs;
  if (rest === '') return answer(room, number, { allow: true, ...(edits.length > 0 ? { edits } : {}) });
  if (rest === 'session') return answer(room, number, { allow: true, grant: { kind: 'session', expires } });
  const shown = shownLeaves(find(room, room.told.get(number)!.id)?.question.shown ?? '');
  const match = rest.startsWith('like ') && shown ? patternsIn(rest.slice(5), shown) : undefined;
  if (match) return answer(room, number, { allow: true, grant: { kind: 'pattern', match, expires } });
  room.print('Write: approve N, approve N session, or approve N like /POINTER=PATTERN');
}

async function answer({ told, desk, approver, print, now }: Room, number: number, vote: Vote): Promise<void> {
  const { id, at } = told.get(number)!;
  if (vote.allow && now() - at < settleMs)
    return print(`Question ${number} was told this moment: read it, then answer.`);
  const voted = await desk.vote(id, approver, vote);
  print(escapeText(typeof voted === 'object' ? voted.fault : votes[voted]));
}

function change({ told, print }: Room, number: number, rest: string): void {
  const [, path, value] = /^(\/\S*) (.*)$/.exec(rest) ?? [];
  if (path === undefined || value === undefined) {
    print('Write: edit N /POINTER VALUE');
    return;
  }
  const each = told.get(number)!;
  told.set(number, { ...each, edits: [...each.edits.filter((edit) => edit.path !== path), { path, value }] });
  print(`Noted: approve ${number} lets the call go on with it.`);
}

async function reveal(room: Room, number: number, pointer: string): Promise<void> {
  const { id } = room.told.get(number)!;
  const base = find(room, id)?.question.decision.path ?? '';
  const value = await room.desk.reveal(id, room.approver, base + pointer);
  room.print(value === undefined ? 'That cannot be revealed.' : escapeText(`${pointer} in full: ${value}`));
}

/** What is masked is told by words: there is no colour. */
const spelled = (row: Line): string =>
  row.map(({ text, inverse }) => (inverse ? `[masked ${text}]` : text)).join('');

/** `/to=*@example.com /note=for you`: patterns by pointer; other arguments stay as they are shown. */
function patternsIn(text: string, shown: ReadonlyMap<string, string>): Record<string, string> | undefined {
  const pairs = text.split(/ +(?=\/\S*=)/).map((pair) => /^(\/[^=]*)=(.*)$/.exec(pair));
  if (!pairs.every((pair) => pair !== null && shown.has(pair[1]!))) return undefined;
  return { ...Object.fromEntries(shown), ...Object.fromEntries(pairs.map((pair) => [pair![1]!, pair![2]!])) };
}

const toldGrant = ({ id, tool, caller, session, match, expires }: Grant): string =>
  escapeText(
    `${id}  ${tool} for ${caller}${session ? `, session ${session}` : ''}${match ? `, like ${JSON.stringify(match)}` : ''}, until ${new Date(expires).toTimeString().slice(0, 8)}`,
  );

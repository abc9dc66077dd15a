import type { RE2JS } from 're2js';

/**
 * What a compiled pattern costs, read from its instructions. To find one match takes time in proportion to the text, but
 * to find all of them takes more where each search looks far ahead in vain: `a.*b|a` reads to the end for every `a`.
 */

interface Instruction {
  readonly op: number;
  /** Where it goes on; a fork also goes on at `arg`. */
  readonly out: number;
  readonly arg: number;
  readonly runes: ArrayLike<number>;
}

const FORK = 1;
const FORK_AT_END = 2;
const ASSERTION = 4;
const FAIL = 5;
const MATCH = 6;
const READS = 8;
const READS_ONE = 9;
const READS_LAST = 11;

/** Where a program may stand between two characters: what it reads next, and whether a match may end here. */
interface Stand {
  readonly reads: readonly number[];
  readonly accepts: boolean;
  /** Whatever stands around. */
  readonly acceptsFreely: boolean;
}

/**
 * Whether a search for all matches is known to take time in proportion to the text: no repetition can go on without
 * coming to a match while there are whole matches in what it passes over.
 */
export function isThrifty(program: RE2JS): boolean {
  const { inst, start } = program.re2Input.prog as { inst: readonly Instruction[]; start: number };
  const first = standAt(inst, start);
  const stands = new Map<number, Stand>();
  for (const [pc, { op, out }] of inst.entries())
    if (op >= READS && op <= READS_LAST) stands.set(pc, standAt(inst, out));
  const freely = [...stands.values()].some(({ acceptsFreely }) => acceptsFreely);
  const idle = [...stands].filter(([, each]) => !(freely ? each.acceptsFreely : each.accepts));
  const passed = inCircles(new Map(idle)).flatMap((pc) => rangesOf(inst[pc]!));
  if (passed.length === 0) return true;
  return !comesToMatch(first, stands, (pc) => meet(rangesOf(inst[pc]!), passed));
}

function standAt(inst: readonly Instruction[], at: number): Stand {
  const reads: number[] = [];
  const seen = new Set<string>();
  let [accepts, acceptsFreely] = [false, false];
  const open: [pc: number, free: boolean][] = [[at, true]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [pc, free] = next;
    const { op, out, arg } = inst[pc]!;
    if (seen.has(`${pc} ${free}`) || op === FAIL) continue;
    seen.add(`${pc} ${free}`);
    if (op === MATCH) {
      accepts = true;
      acceptsFreely ||= free;
    } else if (op >= READS && op <= READS_LAST) reads.push(pc);
    else {
      open.push([out, free && op !== ASSERTION]);
      if (op === FORK || op === FORK_AT_END) open.push([arg, free]);
    }
  }
  return { reads, accepts, acceptsFreely };
}

/** Those that may come again and again, and those on the way between such. */
function inCircles(stands: ReadonlyMap<number, Stand>): number[] {
  const left = new Map([...stands].map(([pc, { reads }]) => [pc, reads]));
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    const reached = new Set([...left.values()].flat());
    for (const [pc, reads] of left)
      if (!reached.has(pc) || !reads.some((each) => left.has(each))) left.delete(pc);
  }
  return [...left.keys()];
}

function comesToMatch(
  first: Stand,
  stands: ReadonlyMap<number, Stand>,
  passes: (pc: number) => boolean,
): boolean {
  const seen = new Set<number>();
  const open = [first];
  for (let stand = open.pop(); stand; stand = open.pop()) {
    if (stand.accepts) return true;
    for (const pc of stand.reads) {
      if (seen.has(pc) || !passes(pc)) continue;
      seen.add(pc);
      open.push(stands.get(pc)!);
    }
  }
  return false;
}

type Range = readonly [from: number, to: number];

const ANYTHING: readonly Range[] = [[0, 0x10ffff]];
/** Beyond ASCII, what is a case of a letter of it: `ſ` and the sign for kelvin. */
const FOLDED: readonly Range[] = [
  [0x17f, 0x17f],
  [0x212a, 0x212a],
];

/** The characters that an instruction reads, or more. A single one may stand for its other cases, too. */
function rangesOf({ op, arg, runes }: Instruction): readonly Range[] {
  if (op > READS_ONE) return ANYTHING;
  if (runes.length === 1) {
    const rune = runes[0]!;
    if (op === READS && arg !== 0)
      return rune < 0x80 ? [[rune, rune], [rune ^ 0x20, rune ^ 0x20], ...FOLDED] : ANYTHING;
    return [[rune, rune]];
  }
  return Array.from({ length: runes.length / 2 }, (_, i) => [runes[2 * i]!, runes[2 * i + 1]!] as const);
}

const meet = (some: readonly Range[], others: readonly Range[]): boolean =>
  some.some(([from, to]) => others.some(([start, end]) => from <= end && start <= to));

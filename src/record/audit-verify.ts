/** Checks the whole audit: every line of every chain, its order, its end against the signed head, and that no chain is missing. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  genesis,
  type Head,
  headFile,
  listFile,
  parseHeadFile,
  parseSegmentFile,
  readLine,
  segmentFile,
} from './chain.ts';
import { readLines } from './disk.ts';
import { readHead, readList } from './heads.ts';

export interface AuditProblem {
  readonly file: string;
  /** 1 for the first; 0 where the file as a whole is meant. */
  readonly line: number;
  readonly what: string;
}

export interface AuditReport {
  readonly ok: boolean;
  readonly entries: number;
  readonly files: number;
  readonly problems: readonly AuditProblem[];
  /** What is no problem, yet worth knowing: ends that no head has signed yet, lines that a killed process left torn. */
  readonly remarks: readonly AuditProblem[];
}

/** How far a chain was found to go. */
export interface ChainEnd {
  readonly entries: number;
  readonly files: number;
  readonly segment: number;
  readonly seq: number;
  readonly hash: string;
  /** Length of the last file up to its last whole line. */
  readonly bytes: number;
  /** Bytes after it: a line that was cut off while it was written, and so never acknowledged. */
  readonly torn: number;
  readonly problems: readonly AuditProblem[];
}

export const verifyAudit = async (dir: string, key: Uint8Array): Promise<AuditReport> => {
  // The list is read last: a chain that begins meanwhile is in it before its file is in the folder.
  const names = readdirSync(dir);
  const list = readList(dir, key);
  const problems: AuditProblem[] = strangers(names);
  const remarks: AuditProblem[] = [];
  const chains = new Set(names.flatMap((name) => parseHeadFile(name) ?? parseSegmentFile(name)?.chain ?? []));
  if (typeof list === 'object') for (const chain of list.chains) chains.add(chain);
  else if (chains.size > 0 || list === 'forged')
    problems.push(whole(listFile, `the signed list of chains is ${list}`));

  let entries = 0;
  let files = 0;
  for (const chain of [...chains].sort()) {
    const head = readHead(dir, key, chain);
    if (typeof head !== 'object') problems.push(whole(headFile(chain), `the signed head is ${head}`));
    else if (typeof list === 'object' && !list.chains.includes(chain) && head.seq >= 0) {
      problems.push(whole(headFile(chain), 'is not in the list of chains'));
    }
    const end = walkChain(dir, chain, typeof head === 'object' ? head : undefined);
    entries += end.entries;
    files += end.files;
    problems.push(...end.problems);
    if (typeof head === 'object') remarks.push(...unsigned(head, end));
  }
  return { ok: problems.length === 0, entries, files, problems, remarks };
};

const strangers = (names: readonly string[]): AuditProblem[] =>
  names
    .filter((name) => name.endsWith('.jsonl') && !parseSegmentFile(name))
    .map((name) => whole(name, 'is no file of the audit'));

const unsigned = (head: Head, end: ChainEnd): AuditProblem[] => {
  const file = segmentFile(head.chain, end.segment);
  const remarks: AuditProblem[] = [];
  if (end.seq > head.seq) {
    remarks.push(
      whole(
        file,
        `${end.seq - head.seq} entries after the last signed head: its process runs, or was killed`,
      ),
    );
  }
  if (end.torn > 0) remarks.push(whole(file, `ends in a torn line of ${end.torn} bytes, never acknowledged`));
  return head.closed ? [] : remarks;
};

const whole = (file: string, what: string): AuditProblem => ({ file, line: 0, what });

/** Follows one chain through its files, from a segment on, and holds its end against the head. */
export const walkChain = (dir: string, chain: string, head: Head | undefined, from = 1): ChainEnd => {
  const walk = new Walk(chain, head, from);
  for (let segment = from; ; segment += 1) {
    const path = join(dir, segmentFile(chain, segment));
    if (existsSync(path)) walk.follow(path, segment);
    else if (segment <= (head?.seq === -1 ? 0 : (head?.segment ?? 0))) walk.missing(segment);
    else break;
  }
  return walk.end();
};

class Walk {
  readonly #chain: string;
  readonly #head: Head | undefined;
  readonly #problems: AuditProblem[] = [];
  #entries = 0;
  #files = 0;
  #segment: number;
  #line = 0;
  #bytes = 0;
  #torn = 0;
  /** What the next line must say; undefined where what came before could not be read. */
  #seq: number | undefined;
  #prev: string | undefined;
  #last = { seq: -1, hash: genesis };

  constructor(chain: string, head: Head | undefined, from: number) {
    this.#chain = chain;
    this.#head = head;
    this.#segment = from;
    if (from === 1) {
      this.#seq = 0;
      this.#prev = genesis;
    }
  }

  follow(path: string, segment: number): void {
    if (this.#torn > 0) this.#report('is torn, though the chain goes on');
    this.#segment = segment;
    this.#files += 1;
    this.#bytes = 0;
    this.#torn = 0;
    for (const { bytes, number, next, torn } of readLines(path)) {
      this.#line = number;
      if (torn) {
        this.#torn = bytes.length;
      } else {
        this.#bytes = next;
        this.#check(bytes);
      }
    }
  }

  missing(segment: number): void {
    this.#problems.push(whole(segmentFile(this.#chain, segment), 'is missing'));
    this.#seq = undefined;
    this.#prev = undefined;
  }

  end(): ChainEnd {
    const head = this.#head;
    const { seq, hash } = this.#last;
    if (head && seq < head.seq) {
      this.#report(
        `the tail is cut off: the signed head speaks of entry ${head.seq}, the file ends at ${seq}`,
      );
    }
    if (head?.closed && (seq > head.seq || this.#torn > 0))
      this.#report('was added after the chain was closed');
    const found = { entries: this.#entries, files: this.#files, segment: this.#segment, seq, hash };
    return { ...found, bytes: this.#bytes, torn: this.#torn, problems: this.#problems };
  }

  #check(bytes: Buffer): void {
    this.#entries += 1;
    const line = readLine(bytes);
    if (!line) {
      this.#report('is no line of the audit: it was edited, or inserted');
      this.#seq = this.#seq === undefined ? undefined : this.#seq + 1;
      this.#prev = undefined;
      return;
    }
    if (!line.intact) this.#report(`entry ${line.seq} was edited: its hash is not that of its content`);
    else if (this.#seq !== undefined && line.seq !== this.#seq) this.#report(misplaced(line.seq, this.#seq));
    else if (this.#prev !== undefined && line.prev !== this.#prev) {
      this.#report(`entry ${line.seq} does not follow from the line before it`);
    } else if (line.seq === this.#head?.seq && line.hash !== this.#head.hash) {
      this.#report(`entry ${line.seq} is not the one that the head has signed`);
    } else if (line.seq === 0 && !bytes.includes(`"event":"opened","chain":"${this.#chain}"`)) {
      this.#report('opens another chain than its file name says');
    }
    this.#seq = line.seq + 1;
    this.#prev = line.hash;
    this.#last = { seq: line.seq, hash: line.hash };
  }

  #report(what: string): void {
    this.#problems.push({ file: segmentFile(this.#chain, this.#segment), line: this.#line, what });
  }
}

const misplaced = (found: number, expected: number): string =>
  found > expected
    ? `entries ${expected} to ${found - 1} are missing before it`
    : `entry ${found} stands where entry ${expected} should: inserted, repeated or moved`;

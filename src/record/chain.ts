/**
 * The audit's form. Each line's hash covers all of the line before it, the previous line's hash included. A chain is
 * what one process wrote, in numbered files; a signed head says how far it goes; a signed list names all chains.
 */
import { createHmac, hash as digest, timingSafeEqual } from 'node:crypto';

export const genesis = '0'.repeat(64);
export const listFile = 'chains';
export const headFile = (chain: string): string => `${chain}.head`;
export const segmentFile = (chain: string, segment: number): string => `${chain}.${segment}.jsonl`;

const segmentName = /^(\d{14}-[0-9a-f]{8})\.([1-9]\d*)\.jsonl$/;
const headName = /^(\d{14}-[0-9a-f]{8})\.head$/;

export const parseSegmentFile = (name: string): { chain: string; segment: number } | undefined => {
  const found = segmentName.exec(name);
  return found ? { chain: found[1]!, segment: Number(found[2]) } : undefined;
};

export const parseHeadFile = (name: string): string | undefined => headName.exec(name)?.[1];

/** How far a chain goes, and who writes it. */
export interface Head {
  readonly chain: string;
  readonly segment: number;
  readonly seq: number;
  readonly hash: string;
  /** Nothing may follow. */
  readonly closed: boolean;
  readonly host: string;
  readonly pid: number;
  readonly started: number;
}

export interface ChainList {
  readonly chains: readonly string[];
}

/** One line of the audit, without its line feed; `fields` is the entry as JSON text. */
export const writeLine = (
  seq: number,
  at: string,
  fields: string,
  prev: string,
): { text: string; hash: string } => {
  const rest = fields.length > 2 ? `,${fields.slice(1, -1)}` : '';
  const covered = `{"seq":${seq},"at":"${at}"${rest},"prev":"${prev}"`;
  const hash = digest('sha256', covered);
  return { text: `${covered},"hash":"${hash}"}`, hash };
};

export interface ReadLine {
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
  /** The hash is that of the line's content. */
  readonly intact: boolean;
}

const start = /^\{"seq":(\d+),"at":"/;
const ending = /,"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/;
const endingBytes = 149;
const hashBytes = 75;

/** Reads the frame of a line; undefined where it has none. */
export const readLine = (bytes: Buffer): ReadLine | undefined => {
  const seq = start.exec(bytes.toString('latin1', 0, 64))?.[1];
  const end = ending.exec(bytes.toString('latin1', Math.max(0, bytes.length - endingBytes)));
  if (seq === undefined || !end) return undefined;
  const [, prev, hash] = end as unknown as [string, string, string];
  const intact = digest('sha256', bytes.subarray(0, bytes.length - hashBytes)) === hash;
  return { seq: Number(seq), prev, hash, intact };
};

/** A value as signed JSON text: its last member is the HMAC of all that stands before. */
export const sign = (key: Uint8Array, value: object): string => {
  const covered = JSON.stringify(value).slice(0, -1);
  return `${covered},"mac":"${mac(key, covered)}"}\n`;
};

const signature = /^(.*),"mac":"([0-9a-f]{64})"\}\n$/s;

/** The value of a signed text; undefined where the signature does not hold. */
export const openSigned = <T>(key: Uint8Array, text: string): T | undefined => {
  const found = signature.exec(text);
  if (!found) return undefined;
  const [, covered, given] = found as unknown as [string, string, string];
  if (!timingSafeEqual(Buffer.from(mac(key, covered)), Buffer.from(given))) return undefined;
  return JSON.parse(`${covered}}`) as T;
};

const mac = (key: Uint8Array, text: string): string => createHmac('sha256', key).update(text).digest('hex');

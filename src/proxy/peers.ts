/** Whose connection it is. Linux tells the user of every connection on loopback; another user's is a stranger's. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

export type IsStranger = (socket: Socket) => Promise<boolean>;

/** Undefined where the platform does not tell. */
export function openPeers(): IsStranger | undefined {
  const me = process.getuid?.();
  if (me === undefined || !existsSync('/proc/net/tcp')) return undefined;
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) =>
    shared(() => readFile(file, 'latin1').catch(() => undefined)),
  );
  return async (socket) => {
    // A row may be missed while others come and go; one that is missing twice is nobody's.
    for (const table of [...tables, ...tables]) {
      const text = await table();
      const user = text === undefined ? undefined : userIn(text, socket);
      if (user !== undefined) return user !== me;
    }
    return true;
  };
}

/** The peer's own row: its address, then ours. */
function userIn(
  text: string,
  { remoteAddress, remotePort, localAddress, localPort }: Socket,
): number | undefined {
  const theirs = spellings(remoteAddress, remotePort);
  const ours = spellings(localAddress, localPort);
  for (const [at, spelling] of theirs.entries()) {
    const found = text.indexOf(` ${spelling} ${ours[at]} `);
    if (found >= 0)
      return Number(
        text
          .slice(found, found + 300)
          .trim()
          .split(/\s+/)[6],
      );
  }
  return undefined;
}

/** As the kernel writes them: each group of four bytes turned round, and IPv4 in two ways. */
function spellings(address = '', port = 0): string[] {
  const end = `:${hex(port, 4)}`;
  if (address === '::1') return [`${'0'.repeat(24)}01000000${end}`];
  const bytes = address
    .replace(/^::ffff:/, '')
    .split('.')
    .map(Number);
  const turned = bytes
    .reverse()
    .map((byte) => hex(byte, 2))
    .join('');
  return [turned + end, `0000000000000000FFFF0000${turned}${end}`];
}

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

/** Whoever asks gets what was read after it asked; those who wait together share a reading. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let under: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= under.then(() => {
      next = undefined;
      const reading = read();
      under = reading;
      return reading;
    });
    return next;
  };
}

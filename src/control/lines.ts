/** Values over a socket, one JSON text a line; what is too long or no JSON ends it. */
import type { Socket } from 'node:net';

/** Whoever does not read what is said is not waited for. */
const maxUnreadBytes = 64 * 1024 * 1024;

export function say(socket: Socket, value: object): void {
  if (socket.destroyed || !socket.writable) return;
  socket.write(`${JSON.stringify(value)}\n`);
  if (socket.writableLength > maxUnreadBytes) socket.destroy();
}

/** Calls back with each value that comes, in order; what throws ends the socket. */
export function hear(socket: Socket, maxBytes: number, heard: (value: unknown) => void): void {
  let pieces: Buffer[] = [];
  let length = 0;
  const take = (piece: Buffer): void => {
    length += piece.length;
    if (length > maxBytes) throw new RangeError('a line is too long');
    pieces.push(piece);
  };
  const onData = (chunk: Buffer): void => {
    let begin = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, begin)) {
      take(chunk.subarray(begin, end));
      const line = Buffer.concat(pieces).toString('utf8');
      pieces = [];
      length = 0;
      begin = end + 1;
      heard(JSON.parse(line));
      if (socket.destroyed) return;
    }
    if (begin < chunk.length) take(chunk.subarray(begin));
  };
  socket.on('data', (chunk: Buffer) => {
    try {
      onData(chunk);
    } catch {
      socket.destroy();
    }
  });
}

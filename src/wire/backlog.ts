/** Bytes that arrived and were not yet taken: however they are cut, each is copied a constant number of times. */
export interface Backlog {
  add(bytes: Uint8Array): void;
  /** All that is held. What was handed out is never written to again. */
  bytes(): Uint8Array;
  /** The first `size` bytes, which are held no longer. */
  take(size: number): Uint8Array;
}

export function backlog(): Backlog {
  let room: Uint8Array = new Uint8Array(0);
  let start = 0;
  let end = 0;

  /** A room of its own, twice as large as needed, so that growing stays linear. */
  const grow = (more: number): void => {
    const larger = Buffer.allocUnsafeSlow(Math.max(4096, (end - start + more) * 2));
    larger.set(room.subarray(start, end));
    room = larger;
    end -= start;
    start = 0;
  };

  return {
    add(bytes) {
      if (start === end) {
        // What comes into nothing is held as it came; its own memory is full, so that nobody writes into it.
        room = bytes;
        start = 0;
        end = bytes.length;
        return;
      }
      if (end + bytes.length > room.length) grow(bytes.length);
      room.set(bytes, end);
      end += bytes.length;
    },
    bytes: () => room.subarray(start, end),
    take(size) {
      const taken = room.subarray(start, start + size);
      start += size;
      return taken;
    },
  };
}

/** The exchanges under way. An array with places: a Set that is filled and emptied all day keeps what it held alive. */
import type { Call } from './call.ts';

export interface Roster {
  enter(call: Call): void;
  leave(call: Call): void;
  size(): number;
  all(): readonly Call[];
}

export function createRoster(): Roster {
  const calls: Call[] = [];
  return {
    enter(call) {
      call.place = calls.length;
      calls.push(call);
    },
    leave(call) {
      const last = calls.pop()!;
      if (last === call) return;
      calls[call.place] = last;
      last.place = call.place;
    },
    size: () => calls.length,
    all: () => [...calls],
  };
}

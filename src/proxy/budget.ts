/** The bytes that all open exchanges may hold together, so that many bodies at once cannot exhaust the memory. */
export interface Budget {
  /** Whether so many more may be held; if so, they count. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createBudget(limit: number): Budget {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > limit) return false;
      held += bytes;
      return true;
    },
    give(bytes) {
      held -= bytes;
    },
  };
}

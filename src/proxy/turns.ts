/** Bodies so large take turns. */
export const LARGE = 64 * 1024;

/**
 * One large body is governed in each turn of the event loop, in the order of their coming: answers and small requests
 * go between, and what was governed is sent and let go before the next one fills the memory.
 */
export function createTurns(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return last;
  };
}

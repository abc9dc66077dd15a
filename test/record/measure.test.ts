import { describe, expect, it } from 'vitest';
import { runChild } from './children.ts';

describe('what this room costs', () => {
  it('stays small, and flat with what is stored', async () => {
    const { lines } = runChild(new URL('./measure-child.ts', import.meta.url));
    const measured = JSON.parse((await lines.next()).value) as Record<string, number> &
      Record<'MB of heap after 2,000 and 20,000 recordings', number[]>;
    console.log(JSON.stringify(measured, null, 2));
    const [early, late] = measured['MB of heap after 2,000 and 20,000 recordings'];
    expect(late! - early!).toBeLessThan(10);
    // Generous bounds: they catch what grows with the store, not a busy machine.
    expect(measured['µs an audit entry']).toBeLessThan(150);
    expect(measured['ms to list 10,000']).toBeLessThan(3000);
  }, 120_000);
});

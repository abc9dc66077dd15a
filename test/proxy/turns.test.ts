import { expect, test } from 'vitest';
import { createTurns } from '../../src/proxy/turns.ts';

test('those that wait together go one by one, in order, each in a turn of the event loop of its own', async () => {
  const turn = createTurns();
  const seen: (number | 'loop')[] = [];
  let going = true;
  const tick = (): void => {
    seen.push('loop');
    if (going) setImmediate(tick);
  };
  setImmediate(tick);
  await Promise.all([0, 1, 2].map((i) => turn().then(() => seen.push(i))));
  going = false;
  expect(seen.filter((each) => each !== 'loop')).toEqual([0, 1, 2]);
  for (const i of [1, 2]) expect(seen.slice(seen.indexOf(i - 1), seen.indexOf(i))).toContain('loop');
});

test('who comes later is not kept waiting by those that went', async () => {
  const turn = createTurns();
  await turn();
  let loops = 0;
  const count = (): void => {
    loops++;
    setImmediate(count);
  };
  setImmediate(count);
  await turn();
  expect(loops).toBeLessThanOrEqual(2);
});

import { expect, test } from 'vitest';
import { openDesk } from '../../src/approval/desk.ts';

const { signal } = new AbortController();

test('while nobody can answer, every question is refused at once', async () => {
  expect(await openDesk().ask({ id: 'q' }, signal)).toEqual({ allow: false, code: 'approver_unavailable' });
});

test('a desk that is closed says that the gateway stopped', async () => {
  const desk = openDesk();
  desk.close();
  expect(await desk.ask({ id: 'q' }, signal)).toEqual({ allow: false, code: 'gateway_stopped' });
});

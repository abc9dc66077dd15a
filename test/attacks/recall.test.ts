/** What was read once is not read again: never an excuse for not reading it. */
import { describe, expect, test } from 'vitest';
import { chat, gateway } from './rig.ts';

const MAIL = 'alice.smith@corp-mail.io';

describe('a body that was read in one dialect', () => {
  const again = [
    { path: '/v1/chat/completions' },
    { path: '/v1/responses' },
    { method: 'GET', path: '/v1/models' },
  ];
  test.each(again)('is read anew in another: $method $path', (target) => {
    const send = gateway();
    const body = chat(`Write to ${MAIL}.`);
    send({ body });
    expect(send({ body, ...target }).sent).not.toContain(MAIL);
  });

  test('is read anew where a session goes on in another', () => {
    const send = gateway();
    const headers = { 'x-fcgate-session': 'one' };
    const body = chat(`Write to ${MAIL}.`);
    send({ body, headers });
    send({ body: { input: 'x' }, headers, path: '/v1/responses' });
    send({ body, headers, path: '/v1/responses' });
    expect(send({ body, headers }).sent).not.toContain(MAIL);
    expect(send({ body, headers, path: '/v1/responses' }).sent).not.toContain(MAIL);
  });
});

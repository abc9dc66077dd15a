/** Records growing conversations in ten sessions until it is killed, and says how many were flushed. */
import { writeSync } from 'node:fs';
import { openSessions } from '../../src/record/sessions.ts';
import { conversation, recording } from './recordings.ts';

const store = openSessions({ dir: process.argv[2]!, now: Date.now });
for (let at = 0; ; at += 1) {
  store.append(recording({ id: `x${at}`, session: `s${at % 10}`, body: conversation((at / 10) % 30) }));
  if (at % 100 === 99) {
    await store.flush();
    writeSync(1, `${at + 1}\n`);
  }
}

// Writes the recordings of fixtures/*.json anew: each conversation of fixtures/conversations.mjs, told by every provider,
// whole and streamed. The cases in those files are written by hand and stay. Needs a build: it tells and writes as `fcgate` does.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readFixture, writeFixture } from '../dist/record/fixtures.js';
import { tell } from '../dist/trial/telling/tell.js';
import { models } from '../dist/trial/telling/tellings.js';
import { conversations } from './fixtures/conversations.mjs';

for (const [name, conversation] of Object.entries(conversations)) {
  const file = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
  const cases = existsSync(file) ? (await readFixture(file)).cases : [];
  const recordings = Object.values(models).flatMap((telling) =>
    [false, true].flatMap((stream) => recordingsOf(conversation, telling, stream)),
  );
  await writeFixture(file, { version: 1, recordings, cases });
}

/** One exchange for each turn of the model. */
function recordingsOf(conversation, telling, stream) {
  const session = [conversation.name, telling.name, ...(stream ? ['stream'] : [])].join('-');
  const answers = conversation.turns.flatMap(({ calls }, i) => (calls ? [i] : []));
  return answers.map((turn, i) =>
    tell(telling, {
      id: `${session}-${i + 1}`,
      session,
      at: new Date(Date.parse(conversation.at) + i * 20_000).toISOString(),
      stream,
      conversation,
      turns: conversation.turns.slice(0, turn),
      answer: conversation.turns[turn],
    }),
  );
}

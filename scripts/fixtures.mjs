// Writes the recordings of fixtures/*.json anew: each conversation of fixtures/conversations.mjs, told by every provider,
// whole and streamed. The cases in those files are written by hand and stay. Needs a build: it writes as `fcgate` does.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readFixture, writeFixture } from '../dist/record/fixtures.js';
import { anthropic } from './fixtures/anthropic.mjs';
import { cohere } from './fixtures/cohere.mjs';
import { conversations } from './fixtures/conversations.mjs';
import { gemini } from './fixtures/gemini.mjs';
import { mistral } from './fixtures/mistral.mjs';
import { ollama } from './fixtures/ollama.mjs';
import { openaiChat } from './fixtures/openai-chat.mjs';
import { openaiResponses } from './fixtures/openai-responses.mjs';

const tellers = [openaiChat, openaiResponses, anthropic, gemini, mistral, cohere, ollama];

for (const [name, conversation] of Object.entries(conversations)) {
  const file = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
  const cases = existsSync(file) ? (await readFixture(file)).cases : [];
  const recordings = tellers.flatMap((teller) =>
    [false, true].flatMap((stream) => recordingsOf(conversation, teller, stream)),
  );
  await writeFixture(file, { version: 1, recordings, cases });
}

/** One exchange for each turn of the model. */
function recordingsOf(conversation, teller, stream) {
  const session = [conversation.name, teller.name, ...(stream ? ['stream'] : [])].join('-');
  const answers = conversation.turns.flatMap(({ calls }, i) => (calls ? [i] : []));
  return answers.map((turn, i) => {
    const id = `${session}-${i + 1}`;
    const asked = teller.request(conversation, conversation.turns.slice(0, turn), stream);
    const answer = conversation.turns[turn];
    return {
      id,
      session,
      at: new Date(Date.parse(conversation.at) + i * 20_000).toISOString(),
      connection: teller.connection,
      provider: teller.provider,
      caller: 'anonymous',
      request: {
        method: 'POST',
        path: teller.path(stream),
        headers: { 'content-type': 'application/json', ...teller.headers },
        body: JSON.stringify(asked),
      },
      response: {
        status: 200,
        headers: { 'content-type': stream ? (teller.type ?? 'text/event-stream') : 'application/json' },
        body: stream ? teller.stream(answer, id) : JSON.stringify(teller.answer(answer, id)),
      },
      decisions: [],
      findings: [],
      policy: '',
    };
  });
}

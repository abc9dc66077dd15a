/** Real exchanges through the flow: untouched where nothing is masked, whole and without a planted value where all is. */
import { describe, expect, test } from 'vitest';
import { gateway, hasCorpora, type Passed, policyOf, recordsOf, type Transcript } from './corpus.ts';
import { mapStream, mapTexts, sameShape } from './plant.ts';

const files = {
  openai: ['openai-chat', 'openai-responses', 'openai-other', 'openai-compatible', 'azure-openai'],
  anthropic: ['anthropic-messages', 'anthropic-other'],
  gemini: ['gemini', 'vertex'],
  mistral: ['mistral'],
  cohere: ['cohere'],
  ollama: ['ollama'],
  server: ['mcp'],
};
const all = Object.entries(files).flatMap(([connection, names]) =>
  names.map((name) => ({ connection, name })),
);

const connections = `connections:
  mistral: { target: https://api.mistral.ai }
  cohere: { target: https://api.cohere.com }
  ollama: { target: http://127.0.0.1:11434 }
  server: { provider: mcp, target: http://127.0.0.1:7070/mcp }
`;
const untouched = policyOf(`version: 1\nextends: none\nunoffered_tools: allow\n${connections}`);
const builtIn = policyOf(`version: 1\nunoffered_tools: allow\n${connections}`);

const person = {
  email: 'ada.byron@analytical.org',
  phone: '+1 415 555 2671',
  card: '4539 1488 0343 6467',
  iban: 'DE89 3704 0044 0532 0130 00',
  ssn: '536-90-4399',
} as const;
const secret = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');
const planted: readonly string[] = [...Object.values(person), secret];
const words = `Mail ${person.email} phone ${person.phone} card ${person.card} iban ${person.iban} ssn ${person.ssn} key ${secret} end`;
const made = /Mail (\S+) phone (.+?) card (.+?) iban (.+?) ssn (\S+) key/;

/** A stream that begins twice: made by hand, and no provider's. */
const unreadable = ['dd0dd373eb1c8101'];

/** In reads of few bytes and of many, which end anywhere. */
function inReads(bytes: Uint8Array): Uint8Array[] {
  const reads: Uint8Array[] = [];
  for (let at = 0, size = 1; at < bytes.length; at += size, size = ((size * 7 + 3) % 61) + 1)
    reads.push(bytes.subarray(at, at + size));
  return reads;
}

/** Each event on its own, as it comes from a model. */
const inEvents = (body: string, framing: Transcript['framing']): Uint8Array[] =>
  body
    .split(framing === 'ndjson' ? /(?<=\n)/ : /(?<=\n\r?\n|^[,\]]\r?\n)/m)
    .map((event) => Buffer.from(event));

const calls = /tool_calls|tool_use|functionCall|function_call|mcp_|server_tool/;

const leaks = (text: string): string[] => planted.filter((value) => text.includes(value));

describe.skipIf(!hasCorpora)('every transcript (needs ../shared/corpora)', () => {
  describe.each(all)('$name', ({ connection, name }) => {
    const transcripts = hasCorpora ? recordsOf<Transcript>(`transcripts/${name}.jsonl.gz`) : [];

    /** The exchanges whose paths are governed. */
    const run = (
      policy: typeof builtIn,
      use: (passed: Passed, transcript: Transcript) => void,
      plant = (body: string) => body,
    ) => {
      const govern = gateway(policy);
      const codes: Record<string, number> = {};
      for (const transcript of transcripts) {
        const { path, method, requestBody, status, framing } = transcript;
        // Some sources kept the answer alone.
        const asked = {
          connection,
          path: path.replaceAll(/<\w+>/g, 'left-out'),
          method,
          body: plant(requestBody || '{}'),
          status,
          framing,
        };
        const passed = govern(asked);
        const code = typeof passed === 'string' ? passed : 'governed';
        codes[code] = (codes[code] ?? 0) + 1;
        if (typeof passed !== 'string') use(passed, transcript);
      }
      return codes;
    };

    test('with an empty policy, what leaves is what came, in both directions', () => {
      const codes = run(untouched, ({ sent, answer }, { id, requestBody, responseBody }) => {
        expect(sent, id).toBe(requestBody || '{}');
        const { got, refused } = answer(responseBody);
        if (refused) expect(unreadable, id).toContain(id);
        else expect(got, id).toBe(responseBody);
        if (!refused) expect(answer(responseBody, inReads).got, id).toBe(responseBody);
      });
      console.log(`transcripts ${name}, untouched: ${JSON.stringify(codes)}`);
    });

    test('with the built-in policy text goes on while it comes', () => {
      const shares: number[] = [];
      run(builtIn, ({ answer }, { id, responseBody, framing }) => {
        // A call waits for its arguments.
        if (framing === 'none' || calls.test(responseBody)) return;
        const events = inEvents(responseBody, framing);
        if (events.length < 30) return;
        const { waited } = answer(responseBody, () => events);
        shares.push(waited / Buffer.byteLength(responseBody));
        expect(shares.at(-1), id).toBeLessThan(0.5);
      });
      const median = shares.sort((a, b) => a - b)[shares.length >> 1];
      console.log(
        `transcripts ${name}, live: ${shares.length} texts, ${median?.toFixed(2)} of one waits at most`,
      );
    });

    test('with the built-in policy no planted value leaves, what leaves parses as before, and echoes come back', () => {
      let places = 0;
      let back = 0;
      const plant = (body: string) => {
        try {
          return JSON.stringify(mapTexts(JSON.parse(body), (text) => `${text}\n${words}`));
        } catch {
          return body;
        }
      };
      const codes = run(
        builtIn,
        ({ sent, answer }, { id, requestBody, responseBody, framing }) => {
          expect(leaks(sent), id).toEqual([]);
          if (sent === '') return;
          sameShape(JSON.parse(sent), JSON.parse(plant(requestBody || '{}')), id);
          places += sent.split(' key [REDACTED:GITHUB_PAT] end').length - 1;
          const seen = made.exec(sent);
          if (!seen) return;
          const echo = (text: string) => `${text} ${seen[0]} ${secret}`;
          const line = (json: string) =>
            json.trim() === '' ? json : JSON.stringify(mapTexts(JSON.parse(json), echo));
          const told =
            framing === 'sse'
              ? mapStream(responseBody, echo)
              : framing === 'ndjson'
                ? responseBody.split('\n').map(line).join('\n')
                : line(responseBody);
          const { got, refused, kept } = answer(told);
          if (unreadable.includes(id)) return;
          expect(refused, id).toBeUndefined();
          expect(answer(told, inReads).got, id).toBe(got);
          expect(got.includes(secret), id).toBe(false);
          for (const value of seen.slice(1)) expect(got.includes(value), `${id} ${value}`).toBe(false);
          expect(leaks(kept), id).toEqual([]);
          back += got.split(person.email).length - 1;
        },
        plant,
      );
      console.log(
        `transcripts ${name}, masked: ${JSON.stringify(codes)}, ${places} places planted, ${back} echoes restored`,
      );
    });
  });
});

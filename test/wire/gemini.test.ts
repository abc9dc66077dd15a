/** Gemini generateContent: what of a request and an answer is which unit. */
import { describe, expect, it } from 'vitest';
import { gemini } from '../../src/wire/gemini.ts';
import { answer, call, request, said } from './gemini-reading.ts';
import { callsOf, docOf, plain, rewrite, texts, told, write } from './reading.ts';

const user = (...parts: unknown[]) => ({ role: 'user', parts });
const model = (...parts: unknown[]) => ({ role: 'model', parts });

describe('a request', () => {
  it('tells its model and whether it streams by its path', () => {
    const body = { contents: [] };
    expect(request(body)).toMatchObject({ model: 'gemini-3-pro', stream: false });
    expect(request(body, '/v1beta/models/m:streamGenerateContent?alt=sse')).toMatchObject({
      model: 'm',
      stream: true,
    });
    const vertex = '/v1/projects/p/locations/l/publishers/google/models/gemini-3:streamGenerateContent';
    expect(request(body, vertex)).toMatchObject({ model: 'gemini-3', stream: true });
    expect(gemini.readRequest(docOf({ model: 'models/m', contents: [] }), { depth: 9 }).model).toBe('m');
  });

  it('reads camelCase and snake_case alike', () => {
    const camel = {
      systemInstruction: { parts: [{ text: 'Be kind.' }] },
      contents: [user({ fileData: { fileUri: 'gs://a/b', mimeType: 'text/plain' } })],
      tools: [{ functionDeclarations: [{ name: 'mail', description: 'Sends.' }] }],
    };
    const snake = {
      system_instruction: { parts: [{ text: 'Be kind.' }] },
      contents: [user({ file_data: { file_uri: 'gs://a/b', mime_type: 'text/plain' } })],
      tools: [{ function_declarations: [{ name: 'mail', description: 'Sends.' }] }],
    };
    const words = (body: object) => request(body).units.map(({ stage, leaves }) => [stage, leaves.length]);
    expect(words(snake)).toEqual(words(camel));
    expect(request(snake).offered).toEqual(new Set(['mail']));
    expect(texts(request(snake).units)).toEqual(
      expect.arrayContaining([
        'prompt /system_instruction/parts/0/text Be kind.',
        'prompt /contents/0/parts/0/file_data/file_uri gs://a/b',
        'tool_definition /tools/0/function_declarations/0/description Sends.',
      ]),
    );
  });

  it('has texts, calls and results in every turn', () => {
    const { units, turns } = request({
      systemInstruction: { role: 'system', parts: [{ text: 'Be kind.' }] },
      contents: [
        user({ text: 'Who is Ann?' }),
        model(
          { text: 'Hm.', thought: true, thoughtSignature: 'c2ln' },
          call('look', { who: 'Ann', age: 1234567 }),
        ),
        {
          role: 'function',
          parts: [{ functionResponse: { name: 'look', response: { output: '{"mail":"a@b.c"}' } } }],
        },
        user({ text: 'Thanks.' }),
      ],
    });
    expect(turns).toHaveLength(4);
    expect(units.map(told)).toMatchObject([
      { stage: 'prompt', path: '/systemInstruction/parts/0/text' },
      { stage: 'prompt', path: '/contents/0/parts/0/text' },
      { stage: 'prompt', path: '/contents/1/parts/0/text' },
      {
        stage: 'past_call',
        path: '/contents/1/parts/1/functionCall/args',
        tool: 'look',
        values: [{ who: 'Ann', age: 1234567 }],
      },
      { stage: 'tool_result', path: '/contents/2/parts/0/functionResponse/response', tool: 'look' },
      { stage: 'prompt', path: '/contents/3/parts/0/text' },
    ]);
  });

  it('matches results by name, or by id where there is one', () => {
    const { units } = request({
      contents: [
        model({ functionCall: { id: 'c1', name: 'look', args: {} } }, call('mail', {})),
        user(
          { functionResponse: { id: 'c1', response: { output: 'yes' } } },
          { functionResponse: { name: 'mail', response: {} } },
        ),
      ],
    });
    const results = units.filter(({ stage }) => stage === 'tool_result');
    expect(results.map(({ tool, callId }) => [tool?.name, callId])).toEqual([
      ['look', 'c1'],
      ['mail', undefined],
    ]);
  });

  it('never touches media, signatures and credentials', () => {
    const reading = request({
      contents: [
        user({ inlineData: { mimeType: 'image/png', data: 'aW1n' } }),
        model({ text: 'x', thoughtSignature: 'c2ln' }),
        user({
          functionResponse: {
            name: 'shot',
            response: {},
            parts: [{ inlineData: { mimeType: 'image/png', data: 'aW1n' } }],
          },
        }),
      ],
      tools: [
        { googleMaps: { authConfig: { apiKeyConfig: { apiKeyString: 'k3y' } } } },
        {
          mcpServers: [
            { name: 'crm', streamableHttpTransport: { url: 'https://crm', headers: { authorization: 't' } } },
          ],
        },
      ],
    });
    expect(reading.omit.map(({ path }) => path).sort()).toEqual([
      '/contents/0/parts/0/inlineData/data',
      '/contents/1/parts/0/thoughtSignature',
      '/contents/2/parts/0/functionResponse/parts/0/inlineData/data',
      '/tools/0/googleMaps/authConfig',
      '/tools/1/mcpServers/0/streamableHttpTransport/headers',
    ]);
    expect(texts(reading.units).join()).not.toMatch(/k3y|aW1n|c2ln/);
  });

  it('offers functions, and tools that run at Google', () => {
    const { units, offered } = request({
      contents: [],
      tools: [
        {
          functionDeclarations: [
            {
              name: 'mail',
              description: 'Ask ann@x.org',
              parameters: { type: 'OBJECT', properties: { to: { type: 'STRING', description: 'whom' } } },
              response: { type: 'OBJECT' },
            },
          ],
        },
        {
          functionDeclarations: [{ name: 'look', parametersJsonSchema: { type: 'object', title: 'Looks' } }],
        },
        { googleSearch: { excludeDomains: ['a.example'] }, code_execution: {} },
      ],
    });
    expect(offered).toEqual(new Set(['mail', 'look', 'googleSearch', 'codeExecution']));
    expect(units.map(({ stage, path, tool, remote }) => [stage, path, tool?.name, remote])).toEqual([
      ['tool_definition', '/tools/0/functionDeclarations/0', 'mail', undefined],
      ['tool_definition', '/tools/1/functionDeclarations/0', 'look', undefined],
      ['tool_definition', '/tools/2/googleSearch', 'googleSearch', true],
      ['tool_definition', '/tools/2/code_execution', 'codeExecution', true],
    ]);
    expect(units[0]!.tool).toEqual({ name: 'mail', description: 'Ask ann@x.org' });
    expect(texts(units)).toContain('tool_definition /tools/0/functionDeclarations/0/parameters/type! OBJECT');
  });

  it('may refer to more tools than it names', () => {
    expect(request({ contents: [], cachedContent: 'cachedContents/1' }).offered).toBeUndefined();
    expect(
      request({ contents: [], tools: [{ computerUse: { environment: 'ENVIRONMENT_BROWSER' } }] }).offered,
    ).toBeUndefined();
    expect(request({ contents: [] }).offered).toEqual(new Set());
  });

  it('may alter the words of a schema and never its keywords', () => {
    const { units } = request({
      contents: [],
      generationConfig: {
        temperature: 0.5,
        stopSequences: ['Ann'],
        responseSchema: {
          type: 'OBJECT',
          required: ['mail'],
          properties: { mail: { type: 'STRING', description: 'of Ann' } },
        },
      },
    });
    const altered = texts(units).filter((line) => !line.includes('!'));
    expect(altered).toEqual([
      'prompt /generationConfig/stopSequences/0 Ann',
      'prompt /generationConfig/responseSchema/properties/mail/description of Ann',
    ]);
  });

  it('is read when it only counts or embeds', () => {
    const counted = {
      generateContentRequest: {
        model: 'models/m',
        contents: [user({ text: 'Ann' })],
        systemInstruction: { parts: [{ text: 'Be kind.' }] },
      },
    };
    expect(texts(request(counted, '/v1beta/models/m:countTokens').units)).toEqual([
      'prompt /generateContentRequest/contents/0/parts/0/text Ann',
      'prompt /generateContentRequest/systemInstruction/parts/0/text Be kind.',
    ]);
    const embedded = {
      requests: [
        { model: 'models/e', content: { parts: [{ text: 'Ann' }] }, taskType: 'X', title: 'On Ann' },
      ],
    };
    expect(texts(request(embedded, '/v1beta/models/e:batchEmbedContents').units)).toEqual([
      'prompt /requests/0/content/parts/0/text Ann',
      'prompt /requests/0/title On Ann',
    ]);
  });

  it('reads what no reference names as text', () => {
    const { units } = request({
      contents: [user({ hologram: { shows: 'Ann' } })],
      newSetting: { of: 'Bob' },
    });
    expect(texts(units)).toEqual(
      expect.arrayContaining(['prompt /contents/0/parts/0/hologram/shows Ann', 'prompt /newSetting/of Bob']),
    );
  });
});

describe('an answer', () => {
  it('has texts and calls in every candidate', () => {
    const { units } = answer({
      candidates: [
        { content: { parts: [{ text: 'Hm.', thought: true }, { text: 'Ann.' }] }, finishReason: 'STOP' },
        { content: { parts: [call('look', { who: 'Ann' }), { functionCall: { name: 'stop' } }] }, index: 1 },
      ],
      modelVersion: 'm',
      responseId: 'r',
      usageMetadata: { totalTokenCount: 1234567 },
    });
    expect(texts(units)).toEqual([
      'response /candidates/0/content/parts/0/text Hm.',
      'response /candidates/0/content/parts/1/text Ann.',
      'tool_call /candidates/1/content/parts/0/functionCall/args/who Ann',
    ]);
    expect(callsOf(units)).toEqual([
      { id: undefined, name: 'look', arguments: { who: 'Ann' } },
      { id: undefined, name: 'stop', arguments: {} },
    ]);
  });

  it('hears arguments with a key twice in both readings', () => {
    const body =
      '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"pay","args":{"to":"a","to":"b"}}}]}}]}';
    expect(plain(answer(body).units[0]!.values?.())).toEqual([{ to: 'b' }, { to: 'a' }]);
  });

  it('tells what ran at Google, and what that gave', () => {
    const { units } = answer(
      said(
        { executableCode: { language: 'PYTHON', code: 'print("Ann")', id: 'x' } },
        { codeExecutionResult: { outcome: 'OUTCOME_OK', output: 'Ann\n', id: 'x' } },
        { toolCall: { toolType: 'GOOGLE_SEARCH_WEB', id: 's', args: { queries: ['Ann'] } } },
        { toolResponse: { toolType: 'GOOGLE_SEARCH_WEB', id: 's', response: { found: 'Ann' } } },
      ),
    );
    expect(units.map(({ stage, tool, callId, remote }) => [stage, tool?.name, callId, remote])).toEqual([
      ['tool_call', 'codeExecution', 'x', true],
      ['tool_result', 'codeExecution', 'x', undefined],
      ['tool_call', 'googleSearch', 's', true],
      ['tool_result', 'googleSearch', 's', undefined],
    ]);
    expect(callsOf(units).map((each) => each.arguments)).toEqual(['print("Ann")', { queries: ['Ann'] }]);
  });

  it('tells what it rests on; offsets stay', () => {
    const body = {
      candidates: [
        {
          content: { parts: [{ text: 'Ann.' }] },
          groundingMetadata: {
            webSearchQueries: ['who is Ann'],
            groundingChunks: [
              { web: { uri: 'https://a.example', title: 'Ann' } },
              { retrievedContext: { text: 'Ann lives' } },
            ],
            groundingSupports: [
              { segment: { startIndex: 1, endIndex: 1234567, text: 'Ann.' }, groundingChunkIndices: [0] },
            ],
            searchEntryPoint: { renderedContent: '<b>Ann</b>', sdkBlob: 'YmxvYg==' },
          },
          citationMetadata: { citations: [{ uri: 'https://b.example', startIndex: 1234567 }] },
        },
      ],
    };
    const { units, omit } = answer(body);
    expect(
      units.filter(({ stage }) => stage === 'tool_result').map(({ path, tool }) => [path, tool?.name]),
    ).toEqual([
      ['/candidates/0/groundingMetadata/groundingChunks/0/web', 'googleSearch'],
      ['/candidates/0/groundingMetadata/groundingChunks/1/retrievedContext', 'fileSearch'],
      ['/candidates/0/groundingMetadata/searchEntryPoint/renderedContent', 'googleSearch'],
    ]);
    expect(texts(units, 'response')).toEqual(
      expect.arrayContaining([
        'response /candidates/0/groundingMetadata/webSearchQueries/0 who is Ann',
        'response /candidates/0/groundingMetadata/groundingSupports/0/segment/text Ann.',
        'response /candidates/0/citationMetadata/citations/0/uri https://b.example',
      ]),
    );
    expect(omit.map(({ path }) => path)).toEqual([
      '/candidates/0/groundingMetadata/searchEntryPoint/sdkBlob',
    ]);
    const doc = docOf(body);
    const altered = JSON.parse(
      write(
        doc,
        rewrite(gemini.readAnswer(doc, { depth: 99 }).units, () => 'X'),
      ),
    );
    expect(altered.candidates[0].groundingMetadata.groundingSupports[0].segment).toEqual({
      startIndex: 1,
      endIndex: 1234567,
      text: 'X',
    });
  });

  it('says its log probabilities in the shadow of its text', () => {
    const { units } = answer({
      candidates: [
        { content: { parts: [{ text: 'Ann' }] }, logprobsResult: { chosenCandidates: [{ token: 'Ann' }] } },
      ],
    });
    expect(texts(units)).toEqual(['response /candidates/0/content/parts/0/text Ann']);
    expect(units[0]!.shadows?.map(({ path }) => path)).toEqual(['/candidates/0/logprobsResult']);
  });

  it('may be none: a blocked prompt, an error, a vector', () => {
    expect(
      texts(answer({ promptFeedback: { blockReason: 'SAFETY', blockReasonMessage: 'Ann' } }).units),
    ).toEqual(['response /promptFeedback/blockReasonMessage Ann']);
    const error = {
      error: { code: 400, status: 'INVALID_ARGUMENT', message: 'Bad Ann', details: [{ reason: 'Ann' }] },
    };
    expect(texts(answer(error).units)).toEqual(
      expect.arrayContaining(['response /error/message Bad Ann', 'response /error/details/0/reason Ann']),
    );
    const vector = { embedding: { values: [0.1234567, 0.7654321] } };
    expect(answer(vector).units).toEqual([]);
    expect(answer(vector).omit).toHaveLength(1);
    expect(texts(answer({ embedding: { values: 'Ann' } }).units)).toEqual(['response /embedding/values Ann']);
  });
});

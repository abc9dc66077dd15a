/** Which paths of a provider are governed, by which codec, and which go nowhere. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Provider } from '../../src/exchange.ts';
import { route } from '../../src/wire/route.ts';

const told = (provider: Provider, line: string, extra: readonly string[] = []): string => {
  const [method = '', path = ''] = line.split(' ');
  const found = route(provider, method, path, extra);
  if (found.kind === 'unlisted') return 'unlisted';
  const moved = found.kind === 'governed' && found.path !== undefined ? ` → ${found.path}` : '';
  return `${found.kind} ${found.codec.name}${moved}`;
};

const table = (provider: Provider, rows: Readonly<Record<string, string>>) =>
  it.each(Object.entries(rows))(`${provider}: %s is %s`, (line, expected) => {
    expect(told(provider, line)).toBe(expected);
  });

const VERTEX = '/v1/projects/p-1/locations/us-east5';

describe('a path', () => {
  table('openai', {
    'POST /v1/chat/completions': 'governed openai-chat',
    'POST /chat/completions': 'governed openai-chat',
    'POST /openai/v1/chat/completions': 'governed openai-chat',
    'POST /api/v1/chat/completions': 'governed openai-chat',
    'POST /compatible-mode/v1/chat/completions': 'governed openai-chat',
    'POST /v1beta/openai/chat/completions': 'governed openai-chat',
    'POST /openai/deployments/gpt-5.nano_1/chat/completions': 'governed openai-chat',
    'POST /v1/responses': 'governed openai-responses',
    'POST /openai/v1/responses': 'governed openai-responses',
    'GET /v1/responses/resp_1': 'governed openai-responses',
    'DELETE /v1/responses/resp_1': 'governed openai-responses',
    'POST /v1/responses/resp_1/cancel': 'governed openai-responses',
    'GET /v1/responses/resp_1/input_items': 'governed openai-responses',
    'POST /v1/responses/input_tokens': 'governed openai-responses',
    'POST /v1/responses/compact': 'governed openai-responses',
    'POST /v1/embeddings': 'governed openai-embeddings',
    'POST /openai/deployments/e/embeddings': 'governed openai-embeddings',
    'POST /v1/completions': 'governed openai-completions',
    'POST /v1/moderations': 'governed generic',
    'GET /v1/models': 'harmless generic',
    'GET /v1/models/gpt-5': 'harmless generic',
    'GET /api/v1/models/acme/gpt-5': 'harmless generic',
  });
  table('anthropic', {
    'POST /v1/messages': 'governed anthropic',
    'POST /v1/messages/count_tokens': 'governed anthropic',
    'POST /messages': 'governed anthropic → /v1/messages',
    'POST /messages/count_tokens': 'governed anthropic → /v1/messages/count_tokens',
    'POST /anthropic/v1/messages': 'governed anthropic',
    [`POST ${VERTEX}/publishers/anthropic/models/claude-5@20260101:streamRawPredict`]: 'governed anthropic',
    'GET /v1/models': 'harmless generic',
    'GET /v1/models/claude-5': 'harmless generic',
  });
  table('gemini', {
    'POST /v1beta/models/gemini-3-pro:generateContent': 'governed gemini',
    'POST /v1/models/gemini-3-pro:streamGenerateContent': 'governed gemini',
    'POST /v1beta/models/gemini-3-pro:countTokens': 'governed gemini',
    'POST /v1beta/models/e:embedContent': 'governed gemini',
    'POST /v1beta/models/e:batchEmbedContents': 'governed gemini',
    [`POST ${VERTEX}/publishers/google/models/text-embedding-005:predict`]: 'governed vertex-embeddings',
    'POST /v1beta/tunedModels/mine-1:generateContent': 'governed gemini',
    'POST /models/gemini-3-pro:generateContent':
      'governed gemini → /v1beta/models/gemini-3-pro:generateContent',
    [`POST ${VERTEX}/publishers/google/models/gemini-3:streamGenerateContent`]: 'governed gemini',
    'POST /v1beta1/projects/p/locations/global/publishers/google/models/g:generateContent': 'governed gemini',
    'POST /v1/publishers/google/models/g:generateContent': 'governed gemini',
    [`POST ${VERTEX}/endpoints/12345:generateContent`]: 'governed gemini',
    [`POST ${VERTEX}/endpoints/openapi/chat/completions`]: 'governed openai-chat',
    [`POST ${VERTEX}/publishers/anthropic/models/claude-5:rawPredict`]: 'governed anthropic',
    'POST /v1beta/openai/chat/completions': 'governed openai-chat',
    'POST /v1beta/openai/embeddings': 'governed openai-embeddings',
    'GET /v1beta/models': 'harmless generic',
    'GET /v1beta/models/gemini-3-pro': 'harmless generic',
    'GET /v1beta/openai/models': 'harmless generic',
  });
  table('mistral', {
    'POST /v1/chat/completions': 'governed mistral',
    'POST /v1/fim/completions': 'governed mistral',
    'POST /v1/agents/completions': 'governed mistral',
    'POST /v1/embeddings': 'governed openai-embeddings',
    'POST /v1/chat/moderations': 'governed generic',
    [`POST ${VERTEX}/publishers/mistralai/models/mistral-medium:streamRawPredict`]: 'governed mistral',
    'GET /v1/models/mistral-small': 'harmless generic',
  });
  table('cohere', {
    'POST /v2/chat': 'governed cohere',
    'POST /v2/embed': 'governed cohere-embeddings',
    'POST /v2/rerank': 'governed generic',
    'POST /compatibility/v1/chat/completions': 'governed openai-chat',
    'GET /v1/models': 'harmless generic',
  });
  table('ollama', {
    'POST /api/chat': 'governed ollama',
    'POST /api/generate': 'governed ollama',
    'POST /api/embed': 'governed ollama',
    'POST /v1/chat/completions': 'governed openai-chat',
    'POST /v1/messages': 'governed anthropic',
    'POST /v1/responses': 'governed openai-responses',
    'GET /api/tags': 'harmless generic',
    'POST /api/show': 'harmless generic',
  });
  table('mcp', {
    'POST /': 'governed mcp → ',
    'GET /': 'governed mcp → ',
    'DELETE /mcp': 'governed mcp',
    'POST /deep/mcp': 'governed mcp',
  });
  table('generic', {
    'POST /v1/chat/completions': 'governed openai-chat',
    'POST /any/where/responses': 'governed openai-responses',
    'POST /proxy/v1/messages': 'governed anthropic',
    'POST /g/models/m:streamGenerateContent': 'governed gemini',
    'POST /api/chat': 'governed ollama',
    'POST /llm/v2/chat': 'governed cohere',
    [`POST /mistral${VERTEX}/publishers/mistralai/models/m:rawPredict`]: 'governed mistral',
    'POST /other/chat': 'governed generic',
    'GET /v1/chat/completions': 'governed generic',
    'DELETE /anything': 'governed generic',
  });
});

describe('what is not listed', () => {
  const unlisted: Readonly<Partial<Record<Provider, readonly string[]>>> = {
    openai: [
      'GET /v1/chat/completions',
      'PUT /v1/chat/completions',
      'OPTIONS /v1/chat/completions',
      'POST /v1/files',
      'GET /v1/files/file-1/content',
      'POST /v1/batches',
      'POST /v1/fine_tuning/jobs',
      'POST /v1/assistants',
      'POST /v1/threads/thread_1/runs',
      'POST /v1/vector_stores',
      'POST /v1/audio/transcriptions',
      'POST /v1/images/generations',
      'POST /v1/realtime/client_secrets',
      'GET /v1/realtime',
      'POST /v1/containers',
      'POST /v1/models',
      'POST /v1/responses/resp_1',
      'POST /v1/responses/resp_1/other',
      'POST /v1/messages',
    ],
    anthropic: [
      'GET /v1/messages',
      'POST /v1/messages/batches',
      'GET /v1/messages/batches/msgbatch_1/results',
      'POST /v1/files',
      'POST /v1/complete',
      'POST /v1/sessions/s/events',
      'POST /api/event_logging/batch',
    ],
    mistral: [
      'POST /v1/conversations',
      'POST /v1/agents',
      'POST /v1/batch/jobs',
      'POST /v1/ocr',
      'POST /v1/x',
    ],
    cohere: ['POST /v1/chat', 'POST /v1/generate', 'POST /v1/datasets', 'GET /v2/chat'],
    ollama: [
      'POST /api/pull',
      'DELETE /api/delete',
      'POST /api/create',
      'POST /api/blobs/sha256:1',
      'GET /api/chat',
    ],
    mcp: ['PUT /', 'OPTIONS /mcp'],
    generic: [
      'POST /model/anthropic.claude%3A0/converse',
      'POST /model/m/converse-stream',
      'POST /aws/model/m/invoke',
    ],
    gemini: [
      'POST /v1beta/models/m:batchGenerateContent',
      'POST /v1beta/cachedContents',
      'POST /upload/v1beta/files',
      'POST /v1beta/interactions',
      'POST /v1beta/models/m:predictLongRunning',
      'GET /v1beta/models/m:generateContent',
      'POST /v1beta/models/a/b:generateContent',
      'GET /ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent',
    ],
  };
  for (const [provider, lines] of Object.entries(unlisted))
    it.each(lines)(`goes nowhere: ${provider} %s`, (line) => {
      expect(told(provider as Provider, line)).toBe('unlisted');
    });

  const spelled = [
    '/v1/chat/completions/',
    '//v1/chat/completions',
    '/v1//chat/completions',
    '/v1/./chat/completions',
    '/v1/x/../chat/completions',
    '/v1/%2e%2e/v1/chat/completions',
    '/v1/chat%2Fcompletions',
    '/v1/chat/completion%73',
    '/V1/Chat/Completions',
    '/v1/chat/completions;x=1',
    '/v1/chat/completions\n',
    '/v1/chat/completions ',
    '/v1\\chat\\completions',
    '/v1/files/chat/completions',
    '/v1/realtime/chat/completions',
    '/openai/deployments/a%2Fb/chat/completions',
    '/openai/deployments/../chat/completions',
    '/openai/deployments/./chat/completions',
    'v1/chat/completions',
    '',
  ];
  it.each(spelled)('is spelled in another way: %j', (path) => {
    expect(route('openai', 'POST', path, []).kind).toBe('unlisted');
  });

  it('is what no table names, however it looks', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '%',
      '2e',
      'v1',
      'chat',
      'completions',
      ':',
      '..',
      'files',
      'models',
      '~',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const found = route('openai', 'POST', `/${pieces.join('')}`, []);
        if (found.kind !== 'unlisted')
          expect(`/${pieces.join('')}`).toMatch(/^(\/v1)*\/(chat\/)?completions$/);
      }),
    );
  });
});

describe('what is known, and cannot be inspected', () => {
  const why = (provider: Provider, line: string, extra: readonly string[] = []): string | undefined => {
    const [method = '', path = ''] = line.split(' ');
    const found = route(provider, method, path, extra);
    return found.kind === 'unlisted' ? found.why : found.kind;
  };

  it('says why', () => {
    expect(why('openai', 'POST /v1/audio/speech')).toMatch(/sounds/);
    expect(why('openai', 'GET /v1/realtime')).toMatch(/WebSockets/);
    expect(why('anthropic', 'GET /v1/messages/batches/b/results')).toMatch(/batches/);
    expect(why('cohere', 'POST /v1/chat')).toMatch(/\/v2\/chat/);
    expect(why('generic', 'POST /model/m/converse-stream')).toMatch(/Bedrock/);
    expect(why('openai', 'POST /v1/new_thing')).toBeUndefined();
  });

  it("goes nowhere but by the connection's word", () => {
    expect(why('openai', 'POST /v1/batches', ['/v1/batches'])).toBe('governed');
    expect(why('openai', 'POST /model/m/converse', ['/model/*'])).toMatch(/Bedrock/);
  });
});

describe("a connection's own paths", () => {
  it('are let through, governed by how they end', () => {
    const extra = ['/v1/files*', '/acme/*/chat/completions', '/exact'];
    expect(told('openai', 'POST /v1/files', extra)).toBe('governed generic');
    expect(told('openai', 'GET /v1/files/file-1/content', extra)).toBe('governed generic');
    expect(told('openai', 'POST /acme/eu/chat/completions', extra)).toBe('governed openai-chat');
    expect(told('openai', 'POST /exact', extra)).toBe('governed generic');
    expect(told('openai', 'POST /exact/', extra)).toBe('unlisted');
    expect(told('openai', 'POST /v1/batches', extra)).toBe('unlisted');
    expect(told('openai', 'POST /acme/chat/completions', extra)).toBe('unlisted');
  });

  it('match as patterns of a policy do: `*` stands for any characters', () => {
    const paths = fc.string({ unit: fc.constantFrom('/', 'a', 'b'), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom('/', 'a', '*'), maxLength: 6 });
    fc.assert(
      fc.property(patterns, paths, (pattern, path) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(path);
        const found = route('anthropic', 'POST', `/x${path}`, [`/x${pattern}`]);
        expect(found.kind).toBe(expected ? 'governed' : 'unlisted');
      }),
    );
  });

  it("have errors in the provider's own words", () => {
    const found = route('anthropic', 'POST', '/x', ['/x']);
    expect(
      found.kind === 'governed' && JSON.parse(found.codec.errorBody('policy_denied', 403, 'no')),
    ).toMatchObject({
      type: 'error',
      error: { type: 'permission_error' },
    });
  });
});

/** What is no conversation: counted and embedded texts are masked as any; batches and files are refused, or let through by the connection's word. */
import { expect, test } from 'vitest';
import { serveHere } from './gateway.ts';
import { found, user } from './planted.ts';
import { post, reply, scripted } from './scripted.ts';

const text = `Write to ${user.email}.`;
const place = 'v1/projects/p/locations/global';
const governed: readonly (readonly [path: string, body: object])[] = [
  ['openai/v1/embeddings', { model: 'm', input: [text] }],
  ['openai/v1/responses/input_tokens', { model: 'm', input: text }],
  ['anthropic/v1/messages/count_tokens', { model: 'm', messages: [{ role: 'user', content: text }] }],
  ['gemini/v1beta/models/m:countTokens', { contents: [{ role: 'user', parts: [{ text }] }] }],
  ['gemini/v1beta/models/m:embedContent', { content: { parts: [{ text }] } }],
  ['gemini/v1beta/models/m:batchEmbedContents', { requests: [{ content: { parts: [{ text }] } }] }],
  ['mistral/v1/embeddings', { model: 'm', input: text }],
  ['cohere/v2/embed', { model: 'm', input_type: 'search_query', texts: [text] }],
  ['ollama/api/embed', { model: 'm', input: text }],
  ['azure/openai/v1/embeddings', { model: 'm', input: text }],
  ['azure/openai/deployments/d/embeddings?api-version=2024-10-21', { input: [text] }],
  ['azure/openai/v1/responses/input_tokens', { model: 'm', input: text }],
  [
    `vertex/${place}/publishers/google/models/m:countTokens`,
    { contents: [{ role: 'user', parts: [{ text }] }] },
  ],
  [`vertex/${place}/publishers/google/models/m:embedContent`, { content: { parts: [{ text }] } }],
  [`vertex/${place}/publishers/google/models/m:predict`, { instances: [{ content: text }] }],
  [
    `vertex/${place}/publishers/anthropic/models/count-tokens:rawPredict`,
    { model: 'm', messages: [{ role: 'user', content: text }] },
  ],
];
const refused = [
  'openai/v1/batches',
  'openai/v1/files',
  'openai/v1/realtime/sessions',
  'anthropic/v1/messages/batches',
  'anthropic/v1/files',
  'gemini/v1beta/models/m:batchGenerateContent',
  'gemini/upload/v1beta/files',
  'mistral/v1/files',
  'cohere/v1/embed-jobs',
  'ollama/api/blobs/sha256:0',
  'azure/openai/files?api-version=2024-10-21',
  'azure/openai/batches?api-version=2024-10-21',
  'azure/openai/v1/batches',
  `vertex/${place}/batchPredictionJobs`,
  `vertex/${place}/cachedContents`,
  `vertex/${place}/publishers/google/models/imagen:predict`,
];
const providers = {
  openai: 'openai',
  anthropic: 'anthropic',
  gemini: 'gemini',
  mistral: 'mistral',
  cohere: 'cohere',
  ollama: 'ollama',
  azure: 'openai',
  vertex: 'gemini',
};

test('each has its decided fate', async () => {
  const upstream = await scripted((response) => reply(response, '{"fine":true}'));
  const connections = Object.entries(providers).map(
    ([name, provider]) => `  ${name}: { provider: ${provider}, target: '${upstream.url}' }`,
  );
  const policy = `version: 1\nconnections:\n${connections.join('\n')}\n`;
  const gateway = await serveHere({}, policy, '--policy', 'fcgate.yaml');
  for (const [path, body] of governed) {
    const answer = await post(`${gateway.url}/${path}`, JSON.stringify(body));
    expect([path, answer.status]).toEqual([path, 200]);
    const { url, body: sent } = upstream.arrived.at(-1)!;
    expect(path.endsWith(url)).toBe(true);
    expect(sent.toString()).toContain('Write to ');
    expect(found(sent, [user.email])).toEqual([]);
  }
  const sent = upstream.arrived.length;
  for (const path of refused) {
    const answer = await post(`${gateway.url}/${path}`, JSON.stringify({ text }));
    expect([path, answer.status, answer.headers.get('x-fcgate-code')]).toEqual([path, 415, 'uninspectable']);
  }
  expect(upstream.arrived).toHaveLength(sent);
});

test('the connection’s word lets them through, and only its own', async () => {
  const upstream = await scripted((response) => reply(response, '{"fine":true}'));
  const policy = `version: 1
connections:
  openai: { target: '${upstream.url}', uninspectable: pass }
  anthropic: { target: '${upstream.url}' }
`;
  const gateway = await serveHere({}, policy, '--policy', 'fcgate.yaml');
  const lines = '{"custom_id":"1","body":{}}\n';
  const type = { 'content-type': 'application/octet-stream' };
  expect((await post(`${gateway.url}/openai/v1/files`, lines, type)).status).toBe(200);
  expect((await post(`${gateway.url}/anthropic/v1/files`, lines, type)).status).toBe(415);
  expect(upstream.arrived.map(({ url }) => url)).toEqual(['/v1/files']);
});

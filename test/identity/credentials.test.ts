import { expect, test } from 'vitest';
import { credentialFor } from '../../src/identity/credentials.ts';

test.each([
  ['openai', 'https://api.openai.com', ['authorization', 'Bearer k']],
  ['openai', 'https://mine.openai.azure.com', ['api-key', 'k']],
  ['openai', 'https://mine.services.ai.azure.com/openai', ['api-key', 'k']],
  ['openai', 'https://openai.azure.com.example.org', ['authorization', 'Bearer k']],
  ['anthropic', 'https://mine.services.ai.azure.com/anthropic', ['x-api-key', 'k']],
  ['gemini', 'https://generativelanguage.googleapis.com', ['x-goog-api-key', 'k']],
  ['mistral', 'https://api.mistral.ai', ['authorization', 'Bearer k']],
])('%s at %s looks for its key in %j', async (provider, target, expected) => {
  const connection = { name: 'c', provider, target, credential: { kind: 'env', name: 'KEY' } } as const;
  expect(await credentialFor(connection, { KEY: 'k' }, () => undefined)).toEqual(expected);
});

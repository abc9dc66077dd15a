/** A tool-calling conversation of several turns, per official SDK: the app notices nothing, the upstream learns nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apps } from './apps.ts';
import { discard, type Gateway, serve } from './gateway.ts';
import { type Model, startModel } from './model.ts';
import { apiKey, found, personal, secret, user } from './planted.ts';
import { Toolbox } from './tools.ts';

let model: Model;
let gateway: Gateway;

beforeAll(async () => {
  model = await startModel();
  gateway = await serve({ openai: model.url, anthropic: model.url, gemini: model.url });
});
afterAll(async () => {
  await discard(gateway);
  await model.close();
});

describe.each(apps)('$name', ({ connection, talk }) => {
  test('hands back what it hands back without a gateway, but for the secret', async () => {
    const direct = new Toolbox();
    const plain = told(await talk(model.url, direct));
    model.forget();
    const through = new Toolbox();
    const governed = told(await talk(`${gateway.url}/${connection}`, through));
    expect(governed).toEqual(redacted(plain));
    expect(through.calls).toEqual(redacted(direct.calls));
    expect(through.calls[0]).toEqual({
      name: 'register_person',
      args: { ...user, key: '[REDACTED:GITHUB_PAT]' },
    });
    expect(model.requests()).toBeGreaterThan(1);
    expect(found(model.log(), [...personal, secret])).toEqual([]);
    expect(found(model.log(), [apiKey])).toEqual([apiKey]);
  });
});

/** Without what differs from one run of the same program to the next. */
const told = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, each: unknown) => (changing.has(key) ? undefined : each));

const changing = new Set([
  'id',
  'item_id',
  'itemId',
  'created',
  'created_at',
  'timestamp',
  'sdkHttpResponse',
  'toolCallId',
  'tool_call_id',
  'call_id',
  '_request_id',
]);

const redacted = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(secret, '[REDACTED:GITHUB_PAT]'));

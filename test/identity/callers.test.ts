/** Where a caller's proof is looked for, and that it goes no further. */
import { expect, test } from 'vitest';
import { type Doorkeeper, identify } from '../../src/identity/callers.ts';

const caller = (subject: string) => ({ subject, groups: [], claims: {} });
const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2ln';

const doorOf = (issuer?: string): Doorkeeper => ({
  issuer: () => (issuer === undefined ? undefined : { issuer, audience: 'fcgate', groupsClaim: 'groups' }),
  keyHolder: () => caller('app'),
  verifyBearer: async () => caller('ann'),
});
const at = (headers: Record<string, string>, issuer?: string) => identify(doorOf(issuer), headers, 'openai');

const slots = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'x-fcgate-authorization'];

test.each(slots)('a token of the issuer in %s says who calls, and stays here', async (slot) => {
  for (const value of [jwt, `Bearer ${jwt}`, `bearer  ${jwt}`])
    expect(await at({ [slot]: value, accept: '*/*' }, 'https://login.test')).toEqual({
      caller: caller('ann'),
      headers: { accept: '*/*' },
    });
});

test.each(slots)('a virtual key in %s does so behind any scheme', async (slot) => {
  for (const value of ['fcg_x', 'Bearer fcg_x', 'Token fcg_x', 'Key  fcg_x'])
    expect(await at({ [slot]: value })).toEqual({ caller: caller('app'), headers: {} });
});

test('where no issuer is named, a token is the provider’s, as any key is', async () => {
  for (const headers of [{ authorization: `Bearer ${jwt}` }, { 'x-api-key': 'sk-own' }])
    expect(await at(headers)).toEqual({ headers });
  expect(await at({ 'x-api-key': 'sk-own' }, 'https://login.test')).toEqual({
    headers: { 'x-api-key': 'sk-own' },
  });
});

test('two callers in one request are nobody', async () => {
  await expect(
    at({ authorization: `Bearer ${jwt}`, 'x-api-key': 'fcg_x' }, 'https://login.test'),
  ).rejects.toThrow('two different callers');
});

test('who says it beside the provider’s slot keeps that, but for a key of ours', async () => {
  const own = { 'x-fcgate-authorization': 'fcg_x' };
  expect((await at({ ...own, authorization: 'Bearer sk-own' })).headers).toEqual({
    authorization: 'Bearer sk-own',
  });
  expect((await at({ ...own, authorization: 'Token fcg_y' })).headers).toEqual({});
});

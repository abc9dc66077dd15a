/** Law 2: what a policy does not change leaves byte for byte as it came. */
import { expect, test } from 'vitest';
import { conversations, liveAll, policies } from './scene.ts';

test.each([...conversations])('%s passes untouched where nothing is asked for', (_session, recordings) => {
  liveAll(policies.observe!, recordings).forEach((lived, i) => {
    const { request, response } = recordings[i]!;
    expect(lived.toModel).toBe(request.body);
    expect(lived.toApp).toBe(response!.body);
    expect(lived.path).toBe(request.path);
    expect(lived.headers).toEqual(request.headers);
  });
});

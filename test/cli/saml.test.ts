import { expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { newKeys, type Posted, post, startSamlProvider, type Wish } from '../identity/saml-provider.ts';
import { emptyFolder, fcgateIn, ioIn, sink } from './fcgate.ts';

/** A login that waits for what the browser brings. */
async function begin(metadata: string, home = emptyFolder()) {
  const [stdout, stderr] = [sink(), sink()];
  const words = ['login', '--saml', metadata, '--saml-port', '0', '--insecure-storage'];
  const ended = main(words, { ...ioIn({ home }), stdout, stderr });
  const asked = vi.waitUntil(
    () => /Open in a browser of this machine: (\S+)/.exec(stderr.text())?.[1],
    10_000,
  );
  const page = await Promise.race([asked, ended.then(() => Promise.reject(new Error(stderr.text())))]);
  return {
    page,
    home,
    result: async () => ({ status: await ended, out: stdout.text(), err: stderr.text() }),
  };
}

/** One login, whose answer was wished for so, or changed on its way. */
async function logIn(wish: Wish = {}, change: (posted: Posted) => Posted = (posted) => posted) {
  const { metadata, visit } = await startSamlProvider();
  const login = await begin(metadata);
  await post(change(await visit(login.page, wish)));
  return { ...(await login.result()), home: login.home };
}

test('a signed assertion gives an identity, with its groups', async () => {
  const { status, out, home } = await logIn();
  expect([status, out]).toEqual([0, 'Logged in as ann (ann@corp.test), groups: support, finance.\n']);
  const who = JSON.parse((await fcgateIn({ home }, 'whoami', '--json')).stdout) as { expires: string };
  expect(who).toMatchObject({ subject: 'ann', groups: ['support', 'finance'] });
  expect(Date.parse(who.expires) - Date.now()).toBeLessThanOrEqual(8 * 3_600_000);
  const key = JSON.parse((await fcgateIn({ home }, 'key', 'issue', '--json')).stdout) as object;
  expect(key).toMatchObject({ subject: 'ann', groups: ['support', 'finance'], expires: who.expires });
  expect((await fcgateIn({ home }, 'logout')).status).toBe(0);
});

test.each<readonly [string, Wish, string]>([
  ['unsigned', { signAssertion: false }, 'not signed by the provider'],
  [
    'signed around, but not itself',
    { signAssertion: false, signResponse: true },
    'not signed by the provider',
  ],
  ['expired', { lifetimeInSeconds: -120 }, 'not valid at this time'],
  ['meant for somebody else', { audience: 'another-app' }, 'meant for somebody else'],
  ['sent to somebody else', { recipient: 'http://127.0.0.1:1/saml' }, 'answers another login'],
  ['another provider’s', { issuer: 'https://other.test' }, 'another provider’s'],
  ['an answer to another request', { inResponseTo: '_another' }, 'answers another login'],
])('an assertion that is %s is refused', async (_, wish, why) => {
  expect(await logIn(wish)).toMatchObject({ status: 1, out: '', err: expect.stringContaining(why) });
});

test('an assertion that is signed by another key is refused', async () => {
  expect(await logIn(await newKeys())).toMatchObject({
    status: 1,
    err: expect.stringContaining('not signed'),
  });
});

const assertionIn = (xml: string): string => /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)![0];
const signatureIn = (xml: string): string => /<Signature[\s\S]*<\/Signature>/.exec(xml)![0];
/** Eve's own, without a signature. */
const forged = (xml: string): string =>
  assertionIn(xml)
    .replace(signatureIn(xml), '')
    .replace(/ ID="[^"]*"/, ' ID="_evil"')
    .replace('>ann<', '>eve<');

/** The signed assertion is kept where the signature is found, and another is put where it is read. */
const wrappings: Readonly<Record<string, (xml: string) => string>> = {
  'before the signed one': (xml) => xml.replace(assertionIn(xml), (own) => forged(xml) + own),
  'behind the signed one': (xml) => xml.replace(assertionIn(xml), (own) => own + forged(xml)),
  'around the signed one': (xml) =>
    xml.replace(assertionIn(xml), (own) =>
      forged(xml).replace('</saml:Assertion>', `${own}</saml:Assertion>`),
    ),
  'with the signed one in extensions': (xml) =>
    xml.replace(assertionIn(xml), (own) => `<samlp:Extensions>${own}</samlp:Extensions>${forged(xml)}`),
  'with its signature, the signed one in an object of it': (xml) => {
    const own = assertionIn(xml).replace(signatureIn(xml), '');
    const object = signatureIn(xml).replace('</Signature>', `<Object>${own}</Object></Signature>`);
    return xml.replace(assertionIn(xml), forged(xml).replace('</saml:Issuer>', `</saml:Issuer>${object}`));
  },
  'with its signature, the signed one beside it': (xml) => {
    const own = assertionIn(xml).replace(signatureIn(xml), '');
    const evil = forged(xml).replace('</saml:Issuer>', `</saml:Issuer>${signatureIn(xml)}`);
    return xml.replace(assertionIn(xml), evil + own);
  },
  'with the signed one’s name': (xml) =>
    xml.replace(
      assertionIn(xml),
      (own) => forged(xml).replace('"_evil"', `"${/ID="([^"]*)"/.exec(own)![1]}"`) + own,
    ),
  'in place of the signed one': (xml) => xml.replace('>ann<', '>eve<'),
};

test.each(Object.keys(wrappings))('an assertion that is wrapped, %s, is refused', async (how) => {
  const { status, out, err } = await logIn({}, (posted) => {
    const xml = wrappings[how]!(posted.xml);
    expect(xml).toContain('>eve<');
    return { ...posted, xml };
  });
  expect([status, out]).toEqual([1, '']);
  expect(err).toMatch(/Not logged in: (the assertion|the provider’s answer)/);
});

test('a comment in a name, which signatures do not see, does not shorten it', async () => {
  const done = await logIn({}, (posted) => ({
    ...posted,
    xml: posted.xml.replace('>ann<', '>a<!-- -->nn<'),
  }));
  expect(done.out).toMatch(/^(Logged in as ann .*\n)?$/);
});

test('an assertion that was used is refused a second time', async () => {
  const { metadata, visit } = await startSamlProvider();
  const first = await begin(metadata);
  const posted = await visit(first.page);
  await post(posted);
  expect((await first.result()).status).toBe(0);
  const second = await begin(metadata);
  const own = await visit(second.page);
  expect(await post({ ...own, state: 'forged' })).toBe(404);
  await post({ ...own, xml: posted.xml });
  expect(await second.result()).toMatchObject({
    status: 1,
    err: expect.stringContaining('answers another login'),
  });
});

test('metadata that is none, is not there, or is not behind https is refused before anything is asked', async () => {
  const { metadata } = await startSamlProvider();
  const login = (url: string) => fcgateIn({}, 'login', '--saml', url, '--insecure-storage');
  expect(await login(metadata.replace('/metadata', '/nothing'))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('no metadata of a SAML identity provider'),
  });
  expect(await login('http://127.0.0.1:9/metadata')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('cannot be fetched'),
  });
  expect(await login('http://login.example.com/metadata')).toMatchObject({ status: 2 });
});

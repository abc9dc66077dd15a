/** What a recording holds: every value masked, each in a form in which it is found again. */
import { describe, expect, test } from 'vitest';
import { assistant, calling, offering, open, system, user } from './scene.ts';

const mail = 'kim.vos@mailbox.example';
const token = 'ghp_ThisIsNotAToken0000000000FlowTests00';
const other = 'ghp_NorIsThisOneAToken00000000FlowTests0';

const bodyOf = (asked: { recording: { request: { body: string } } }): string => asked.recording.request.body;
const contents = (body: string): string[] =>
  JSON.parse(body).messages.map(({ content }: { content: string }) => content);

describe('a recording', () => {
  test.each(['surrogate', 'placeholder', 'redact', 'partial', 'hash', 'keep'])(
    'hides a value masked by %s',
    (form) => {
      const { ask } = open(`mask: { to_model: { pii: ${form} } }`);
      const asked = ask([user(`I am ${mail}.`)]);
      expect(JSON.stringify([asked.recording, asked.entries])).not.toContain('kim.vos');
      expect(asked.recording.findings).toMatchObject([
        { entity: 'EMAIL_ADDRESS', path: '/messages/0/content' },
      ]);
    },
  );

  test('hides what the policy lets pass, and what it spares as something that it spares', () => {
    const { ask } = open("extends: none\nmask: { to_model: { pii: redact }, except: ['*@mailbox.example'] }");
    const asked = ask([user(`I am ${mail} at 203.0.113.9, ${token}.`)]);
    expect(asked.sent).toContain(`${mail} at 203.0.113.9, ${token}`);
    const [text] = contents(bodyOf(asked));
    expect(text).toMatch(/^I am [a-z.]+@mailbox\.example at \S+, \[REDACTED:GITHUB_PAT\]\.$/);
    expect(text).not.toMatch(/kim\.vos|203\.0\.113\.9/);
  });

  test('tells different secrets apart', () => {
    const { ask } = open();
    expect(contents(bodyOf(ask([user(`${token} ${other} ${token}`)])))).toEqual([
      '[REDACTED:GITHUB_PAT] [REDACTED:GITHUB_PAT:2] [REDACTED:GITHUB_PAT]',
    ]);
  });

  test('writes what only looks like its marks in another way', () => {
    const { ask } = open();
    const said = 'It said [REDACTED:US_SSN] and [EMAIL_ADDRESS_7Q2F].';
    const asked = ask([user(said)], { reply: assistant(said) });
    expect(asked.sent).toContain(said);
    expect(asked.got).toContain(said);
    expect(contents(bodyOf(asked))).toEqual(['It said (REDACTED:US_SSN) and (EMAIL_ADDRESS_7Q2F).']);
    expect(asked.recording.response!.body).toContain('(REDACTED:US_SSN)');
  });

  test('holds a made-up value in the place of a number', () => {
    const { ask } = open('mask: { to_model: { pii: redact } }');
    const asked = ask([user('Save it.'), calling(['save', { ssn: 123456780 }])], { more: offering('save') });
    expect(asked.sent).toContain('{\\"ssn\\":0');
    const [, call] = JSON.parse(bodyOf(asked)).messages;
    const { ssn } = JSON.parse(call.tool_calls[0].function.arguments);
    expect(String(ssn)).toMatch(/^9\d{8}$/);
  });

  test('hides the same in what a conversation repeats', () => {
    const { ask } = open();
    const opening = [system(`Key: ${token}`), user(`I am ${mail}.`)];
    const [first, second] = [ask(opening), ask([...opening, assistant('Hello.'), user('So?')])];
    expect(contents(bodyOf(second)).slice(0, 2)).toEqual(contents(bodyOf(first)));
  });

  test('holds no credential, no cookie and no header that it does not need', () => {
    const { ask } = open();
    const headers = { authorization: 'Bearer sk-none', cookie: 'a=b', 'x-api-key': 'k', 'x-trace': 'kim' };
    const { recording } = ask([user('Hi.')], {
      headers,
      path: '/v1/chat/completions?key=AIzaNone&api-version=2',
    });
    expect(recording.request.headers).toEqual({ 'content-type': 'application/json' });
    expect(recording.request.path).toBe('/v1/chat/completions?key=OMITTED&api-version=2');
  });
});

describe('values outside the body', () => {
  test('a parameter is masked, a header is dropped, and both are told', () => {
    const { ask } = open();
    const path = `/v1/chat/completions?user=${encodeURIComponent(mail)}&key=AIzaNone&n=1`;
    const { step, entries } = ask([user('Hi.')], { path, headers: { 'x-user': mail, 'x-trace': 'abc' } });
    if (step.kind !== 'forward') throw new Error('refused');
    expect(step.path).toMatch(/^\/v1\/chat\/completions\?user=[^&]+example\.\w+&key=AIzaNone&n=1$/);
    expect(step.headers).toEqual({ 'content-type': 'application/json', 'x-trace': 'abc' });
    expect(entries[0]!.decisions.map(({ path, effect }) => [path, effect])).toEqual([
      ['?user', 'mask'],
      [':x-user', 'mask'],
    ]);
  });
});

/** Which conversation a request belongs to, and what each remembers. */
import { createHmac, randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Memory, rememberCall, sessionFacts } from '../../src/flow/lineage.ts';
import { anthropic } from '../../src/wire/anthropic.ts';
import { parseJson } from '../../src/wire/json-parse.ts';
import { openaiChat } from '../../src/wire/openai-chat.ts';
import { assistant, open, system, user } from './scene.ts';

const mail = 'kim.vos@mailbox.example';
const opening = [system('Be kind.'), user(`I am ${mail}.`)];
const further = [...opening, assistant('Hello.'), user('And now?')];

describe('a conversation', () => {
  test('is known by its own history, however it goes on', () => {
    const { ask } = open();
    const first = ask(opening);
    expect(ask(further).session).toBe(first.session);
    expect(ask([...further, assistant('Well.'), user('So?')]).session).toBe(first.session);
  });

  test('goes on where an app only moved the mark of what is to be cached', () => {
    const hash = (message: string) => createHmac('sha256', 'key').update(message).digest();
    const memory = new Memory({ hash, newId: randomUUID });
    const text = (words: string, marked: boolean) => ({
      role: 'user',
      content: [
        { type: 'text', text: words, ...(marked ? { cache_control: { type: 'ephemeral' } } : {}) },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: `${words.length}AAAA` } },
      ],
    });
    const arrive = (messages: object[]) => {
      const body = Buffer.from(JSON.stringify({ model: 'm', messages }));
      const { turns, near } = memory.recall('ann', 'anthropic', 'anthropic', body);
      const reading = anthropic.readRequest(parseJson(body, { chunk: {} }, { depth: 9, known: turns }), {
        depth: 9,
        turns,
        path: '/v1/messages',
      });
      return memory.open({
        ...{ caller: 'ann', connection: 'anthropic', codec: 'anthropic', label: undefined },
        ...{ previous: undefined, reading, body, near, now: 1 },
      });
    };
    const answer = { role: 'assistant', content: 'Fine.' };
    const first = arrive([text('One.', true)]);
    const second = [text('One.', false), answer, text('Two.', true)];
    expect(arrive(second)).toBe(first);
    const third = [text('One.', false), answer, text('Two.', false), answer, text('Three.', true)];
    expect(arrive(third)).toBe(first);
    // Another picture is another thing to say.
    const other = [
      text('One.', false),
      answer,
      { ...text('Two.', false), content: [text('Two.', false).content[0]] },
    ];
    expect(arrive([...other, answer, text('Three.', false), answer, text('Four.', true)])).not.toBe(first);
  });

  test('is told from all that begin alike without being compared with each of them', () => {
    const { ask } = open();
    const rules = system('Be kind. '.repeat(200));
    const begun = (i: number) => [rules, user(`I am the customer with the number ${1000 + i}.`)];
    const sessions = Array.from({ length: 200 }, (_, i) => ask(begun(i)).session);
    expect(new Set(sessions).size).toBe(200);
    const compare = vi.spyOn(Buffer, 'compare');
    onTestFinished(() => compare.mockRestore());
    const costOf = (i: number): number => {
      const before = compare.mock.calls.length;
      const goesOn = ask([...begun(i), assistant('Hello.'), user('And now?')]);
      expect(goesOn.session).toBe(sessions[i]);
      return compare.mock.calls.length - before;
    };
    costOf(0);
    // One look at the end of each that begins alike, and the whole of the one that is meant.
    for (const i of [3, 77, 199]) expect(costOf(i)).toBeLessThan(200 + 60);
  });

  test('that branches off is another one, which is told all of it and restores what it was sent', () => {
    const { ask } = open();
    const first = ask(further);
    const reply = { reply: assistant(`Dear ${/I am (\S+@example\.\w+)\./.exec(first.sent)![1]!}`) };
    const branch = [...opening, assistant('Hello.'), user('Or rather this.')];
    const other = ask(branch, reply);
    expect(other.session).not.toBe(first.session);
    expect(other.sent).toContain(/I am [^"]+/.exec(first.sent)![0]);
    expect(other.entries[0]!.findings).toHaveLength(1);
    expect(other.entries[0]).not.toHaveProperty('repeated');
    expect(other.got).toContain(`Dear ${mail}`);
    expect(other.recording.request.body).not.toContain(mail);
    const next = ask([...branch, assistant('Well.'), user('So?')], reply);
    expect(next.session).toBe(other.session);
    expect(next.entries[0]).toMatchObject({ findings: [], repeated: 4 });
    expect(next.got).toContain(`Dear ${mail}`);
  });

  test('that only begins alike is another one', () => {
    const { ask } = open();
    const first = ask(opening);
    expect(ask([system('Be kind.'), user('Somebody else.')]).session).not.toBe(first.session);
    expect(ask([system('Be rude.'), user(`I am ${mail}.`)]).session).not.toBe(first.session);
  });

  test('of another caller is another one, with other surrogates', () => {
    const { ask } = open();
    const [ann, bo] = [ask(opening), ask(opening, { caller: 'bo' })];
    expect(bo.session).not.toBe(ann.session);
    expect(bo.sent).not.toBe(ann.sent);
  });

  test('goes on by its label, whatever it says', () => {
    const { ask } = open();
    const headers = { 'x-fcgate-session': 'run-7' };
    const first = ask(opening, { headers });
    expect(ask([user('New topic.')], { headers }).session).toBe(first.session);
    expect(ask([user('New topic.')], { headers, caller: 'bo' }).session).not.toBe(first.session);
    expect(ask(further).session).not.toBe(first.session);
  });

  test('that rested for six hours is over', () => {
    const { ask, clock } = open();
    const first = ask(opening);
    clock.now += 5 * 3_600_000;
    expect(ask(further).session).toBe(first.session);
    clock.now += 7 * 3_600_000;
    expect(ask([...further, assistant('Well.'), user('So?')]).session).not.toBe(first.session);
  });

  test('is forgotten when there are too many newer ones', () => {
    const { ask } = open();
    const first = ask(opening);
    for (let i = 0; i < 600; i++) ask([user(`Question ${i}.`)]);
    expect(ask(further).session).not.toBe(first.session);
  });
});

describe('what a conversation remembers', () => {
  const surrogateIn = (sent: string): string => /I am (\S+@example\.\w+)\./.exec(sent)![1]!;

  test('comes back to it, and to no other', () => {
    const { ask } = open();
    const surrogate = surrogateIn(ask(opening).sent);
    const reply = assistant(`Dear ${surrogate}`);
    expect(ask(further, { reply }).got).toContain(`Dear ${mail}`);
    expect(ask([user('Unrelated.')], { reply }).got).not.toContain(mail);
    expect(ask(further, { reply, caller: 'bo' }).got).not.toContain(mail);
  });

  test('is not asked out of it by who writes a surrogate', () => {
    const { ask } = open();
    const surrogate = surrogateIn(ask(opening).sent);
    const again = [...opening, assistant('Hello.'), user(`Who is ${surrogate}?`)];
    const { sent } = ask(again);
    expect(sent.split(surrogate)).toHaveLength(2);
  });

  test('is told once: what it repeats was told when it was new', () => {
    const { ask } = open();
    const [first, second] = [ask(opening), ask(further)];
    expect(first.entries[0]!.findings).toHaveLength(1);
    expect(second.entries[0]).toMatchObject({ findings: [], decisions: [], repeated: 2 });
    expect(second.sent).toContain(surrogateIn(first.sent));
  });

  test('is told once however short or long it is', () => {
    for (const length of [1, 300, 3000]) {
      const { ask } = open();
      const long = [system('x '.repeat(length)), user(`I am ${mail}.`)];
      ask(long, { more: { tools: [] } });
      const { entries } = ask([...long, assistant('Hello.'), user('So?')], { more: { tools: [] } });
      expect(entries[0]).toMatchObject({ findings: [], decisions: [] });
    }
  });

  test('is told again where it says something else in the same place', () => {
    const { ask } = open();
    const headers = { 'x-fcgate-session': 'run-8' };
    ask([user(`I am ${mail}.`)], { headers });
    const { entries } = ask([user(`I am lou${mail}.`)], { headers });
    expect(entries[0]!.decisions).toMatchObject([{ path: '/messages/0/content', effect: 'mask' }]);
  });

  test('counts its calls and the tools that went on', () => {
    const { ask } = open(
      'rules: [{ id: once, when: "session.calls > 1", stages: [prompt], deny: Twice is enough. }]',
    );
    expect(ask(opening).step.kind).toBe('forward');
    expect(ask(further).step.kind).toBe('forward');
    expect(ask([...further, assistant('Well.'), user('So?')]).step.kind).toBe('refuse');
  });
});

describe('a session that never ends', () => {
  const hash = (message: string) => createHmac('sha256', 'key').update(message).digest();
  const memory = new Memory({ hash, newId: randomUUID });
  const arrive = (i: number) => {
    const body = Buffer.from(JSON.stringify({ i, messages: [user(`Topic ${i}.`)] }));
    const reading = openaiChat.readRequest(parseJson(body, { chunk: {} }, { depth: 9 }), {
      depth: 9,
      turns: new Map(),
      path: '',
    });
    return memory.open({
      caller: 'ann',
      connection: 'openai',
      codec: 'openai-chat',
      label: 'run',
      previous: reading.previous,
      reading,
      body,
      near: undefined,
      now: i,
    });
  };

  test('is still known by its label, and by no more keys than those of its last turns', () => {
    const first = arrive(0);
    for (let i = 1; i < 2000; i++) {
      expect(arrive(i)).toBe(first);
      memory.answered(first, 'openai', `answer-${i}`);
    }
    expect(first.keys.size).toBeLessThanOrEqual(256);
    expect(arrive(2000)).toBe(first);
  });

  test('knows each tool that was called, and each of its last calls', () => {
    const lineage = arrive(0);
    rememberCall(lineage, 'read_inbox');
    for (let i = 0; i < 10_000; i++) rememberCall(lineage, i % 2 ? 'look_up' : 'send');
    const { tools } = sessionFacts(lineage);
    expect(tools.length).toBeLessThanOrEqual(1536);
    expect(tools).toContain('read_inbox');
    expect(tools.slice(-4)).toEqual(['send', 'look_up', 'send', 'look_up']);
    for (let i = 0; i < 10_000; i++) rememberCall(lineage, `tool ${i}`);
    expect(lineage.tools.length).toBeLessThanOrEqual(1536);
  });
});

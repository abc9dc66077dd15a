/** A thousand questions at once: the screen keeps up, and each is answered once. */
import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { createElement } from 'react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Desk } from '../../src/approval/desk.ts';
import { App } from '../../src/tui/app.ts';
import { openStore } from '../../src/tui/store.ts';
import { questionOf } from '../approval/question.ts';

// Ink draws nothing where it takes the process for a CI job; this one sits at a terminal.
vi.hoisted(() => {
  process.env.CI = 'false';
  process.env.CONTINUOUS_INTEGRATION = 'false';
});

const ann = { subject: 'ann', groups: [], terminal: true };
const COUNT = 1_000;
/** Of CPU time, so that other work on the machine is not counted: twenty frames a second, with the slower React of tests. */
const BUDGET_MS = 50;

/** A terminal that takes what is written. */
function terminal() {
  const frames: string[] = [];
  const stdout = Object.assign(new EventEmitter(), {
    ...{ columns: 160, rows: 50, isTTY: true },
    write: (text: string) => {
      frames.push(text);
      return true;
    },
  });
  const stdin = Object.assign(new EventEmitter(), {
    ...{ isTTY: true, ref() {}, unref() {}, setRawMode() {}, setEncoding() {}, resume() {}, pause() {} },
    read: () => null,
  });
  return {
    frames,
    stdout: stdout as never as NodeJS.WriteStream,
    stdin: stdin as never as NodeJS.ReadStream,
  };
}

const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

test('the screen redraws within its budget, memory is small, and nothing is lost', async () => {
  let ids = 0;
  const events: string[] = [];
  const desk = new Desk({
    now: Date.now,
    newId: () => `id-${++ids}`,
    write: (event) => events.push(`${event.event} ${'state' in event ? event.state : ''}`),
  });
  const store = openStore({ desk, approver: ann, now: Date.now, onAsked() {}, onStop: () => '' });
  const { stdout, stdin, frames } = terminal();
  const about = { title: 'fcgate', greeting: [], end: '' };
  const ink = render(createElement(App, { store, about }), {
    stdin,
    stdout,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  onTestFinished(() => ink.unmount());
  const before = process.memoryUsage().heapUsed;
  const started = process.cpuUsage();
  const shown = JSON.stringify({ amount: 900, to: 'x'.repeat(1_000) });
  const answers = Array.from({ length: COUNT }, (_, i) => {
    const question = questionOf(`q${i}`, {
      hash: `h${i}`,
      session: `s${i % 40}`,
      shown: shown.replace('x', `${i} `),
    });
    return desk.ask(question, new AbortController().signal);
  });
  await vi.waitUntil(() => frames.join('').includes(`${COUNT} waiting`), 20_000);
  const asking = cpuMs(started);
  const memory = (process.memoryUsage().heapUsed - before) / COUNT / 1024;
  const took: number[] = [];
  for (let i = 0; i < 40; i++) {
    const seen = frames.length;
    const from = process.cpuUsage();
    store.notice(`frame ${i}`);
    await vi.waitUntil(() => frames.length > seen, { timeout: 20_000, interval: 1 });
    took.push(cpuMs(from));
  }
  const frame = took.sort((a, b) => a - b)[took.length >> 1]!;
  console.log(
    `${COUNT} questions: asked in ${asking.toFixed(0)} ms of CPU, a frame in ${frame.toFixed(1)} ms, ${memory.toFixed(1)} KB each`,
  );
  expect(frame).toBeLessThan(BUDGET_MS);
  expect(memory).toBeLessThan(64);
  for (let i = 0; i < COUNT; i++) expect(desk.vote(`q${i}`, ann, { allow: i % 2 === 0 })).toBe('settled');
  const said = await Promise.all(answers);
  expect(said.filter(({ allow }) => allow)).toHaveLength(COUNT / 2);
  expect(events.filter((event) => event.startsWith('approval_settled'))).toHaveLength(COUNT);
  await vi.waitUntil(() => !frames.at(-1)!.includes('waiting'), 20_000);
});

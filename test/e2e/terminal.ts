/** A real terminal, by tmux, with a command in it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { onTestFinished, vi } from 'vitest';

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

export interface Terminal {
  /** What is on the screen. */
  text(): string;
  /** The title of its window. */
  title(): string;
  /** Keys by tmux's names: `Enter`, `Escape`, `Space`, `C-c`, or signs. */
  press(...keys: string[]): void;
  resize(columns: number, rows: number): void;
  /** Waits until the screen shows it. */
  shows(what: string | RegExp): Promise<string>;
}

export function openTerminal(
  command: readonly string[],
  { cwd, env, columns, rows }: { cwd: string; env: Record<string, string>; columns: number; rows: number },
): Terminal {
  const socket = `fcgate-${randomUUID()}`;
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-L', socket, ...args], { encoding: 'utf8' });
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  // Somebody sits at it, even where the tests themselves are a CI job.
  const person = ['-u', 'CI', '-u', 'CONTINUOUS_INTEGRATION'];
  // The shell stays, so that what the command leaves behind can be looked at.
  const line = ['env', ...person, ...settings, ...command].map((word) => `'${word}'`).join(' ');
  const size = ['-x', String(columns), '-y', String(rows)];
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-s',
    't',
    '-c',
    cwd,
    ...size,
    `${line}; echo "ended with $?"; cat`,
  );
  onTestFinished(() => void spawnSync('tmux', ['-L', socket, 'kill-server']));
  const text = (): string => tmux('capture-pane', '-p', '-t', 't');
  return {
    text,
    title: () => tmux('display-message', '-p', '-t', 't', '#{pane_title}').trim(),
    press: (...keys) => void tmux('send-keys', '-t', 't', ...keys),
    resize: (wide, high) => void tmux('resize-window', '-t', 't', '-x', String(wide), '-y', String(high)),
    async shows(what) {
      const isThere = (): boolean => (typeof what === 'string' ? text().includes(what) : what.test(text()));
      await vi.waitUntil(isThere, { timeout: 20_000, interval: 50 }).catch(() => {
        throw new Error(`the screen never showed ${what}:\n${text()}`);
      });
      return text();
    },
  };
}

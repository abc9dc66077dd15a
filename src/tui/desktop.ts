/** A word on the desktop that somebody is asked, where the platform has a way to say it. */
import { spawn } from 'node:child_process';

/** Text is handed over as an argument, never as a program. */
const tools: Readonly<Partial<Record<NodeJS.Platform, (text: string) => readonly [string, ...string[]]>>> = {
  linux: (text) => ['notify-send', '--app-name=fcgate', '--', 'fcgate', text],
  darwin: (text) => [
    'osascript',
    ...['-e', 'on run argv', '-e', 'display notification (item 1 of argv) with title "fcgate"'],
    ...['-e', 'end run', text],
  ],
};

/** Where there is no such tool, or no desktop, nothing happens. */
export function notifyDesktop(text: string): void {
  const command = tools[process.platform]?.(text);
  if (!command) return;
  const [tool, ...args] = command;
  spawn(tool, args, { stdio: 'ignore', timeout: 5_000 })
    .on('error', () => {})
    .unref();
}

/** Opens a page in the browser of whoever sits here, if there is one. */
import { spawn } from 'node:child_process';
import { secureUrlFault } from '../policy/trust.ts';
import type { Context } from './context.ts';

export function openPage({ stderr, env }: Context, page: string): void {
  const far = env.SSH_CONNECTION !== undefined;
  const opener = openers[process.platform] ?? (env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined);
  // The page is the provider's word: nothing but a web page is handed to the system.
  if (!stderr.isTTY || far || !opener || secureUrlFault(page)) return;
  const [program, ...args] = opener;
  spawn(program!, [...args, page], { detached: true, stdio: 'ignore' })
    .on('error', () => {})
    .unref();
}

const openers: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

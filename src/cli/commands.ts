import type { Command } from '@commander-js/extra-typings';
import type { Context } from './context.ts';

/** One command: its file is loaded when it is called, so that no command pays for another. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Shown first, or below the fold of the first help. */
  readonly fold: 'above' | 'below';
  load(): Promise<CommandModule>;
}

/** What a command's file exports: `define` adds arguments, options, examples and the action. */
export interface CommandModule {
  define(command: Command, context: Context): void;
}

/** Every command that there is. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'start the gateway',
    fold: 'above',
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'run',
    summary: 'run a command governed, every SDK in it pointed at a gateway',
    fold: 'above',
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'login',
    summary: 'log in at the identity provider, by a code that you confirm in a browser',
    fold: 'above',
    load: () => import('./commands/login.ts'),
  },
  {
    name: 'logout',
    summary: 'take the login back at the provider, and forget it',
    fold: 'above',
    load: () => import('./commands/logout.ts'),
  },
  {
    name: 'whoami',
    summary: 'who is logged in, with which groups, until when',
    fold: 'above',
    load: () => import('./commands/whoami.ts'),
  },
  {
    name: 'policy',
    summary: 'check, write, test, describe and trust the policy file',
    fold: 'above',
    load: () => import('./commands/policy.ts'),
  },
  {
    name: 'replay',
    summary: 'show a recorded session, or decide it again',
    fold: 'above',
    load: () => import('./commands/replay.ts'),
  },
  {
    name: 'approvals',
    summary: 'what waits for a person: list, watch, answer',
    fold: 'below',
    load: () => import('./commands/approvals.ts'),
  },
  {
    name: 'attach',
    summary: 'the screen of a gateway that runs, in this terminal',
    fold: 'below',
    load: () => import('./commands/attach.ts'),
  },
  {
    name: 'approve',
    summary: 'let a call go on that waits',
    fold: 'below',
    load: () => import('./commands/approve.ts'),
  },
  {
    name: 'deny',
    summary: 'refuse a call that waits',
    fold: 'below',
    load: () => import('./commands/deny.ts'),
  },
  {
    name: 'sessions',
    summary: 'what was recorded',
    fold: 'below',
    load: () => import('./commands/sessions.ts'),
  },
  {
    name: 'connection',
    summary: 'the upstreams, and the keys that are held for them',
    fold: 'below',
    load: () => import('./commands/connection.ts'),
  },
  {
    name: 'key',
    summary: 'issue, list and revoke virtual keys for apps',
    fold: 'below',
    load: () => import('./commands/key.ts'),
  },
  {
    name: 'audit',
    summary: 'what was decided, and whether its record is whole',
    fold: 'below',
    load: () => import('./commands/audit.ts'),
  },
  {
    name: 'doctor',
    summary: 'check what the gateway needs, and show what would leave under this policy',
    fold: 'below',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'scan',
    summary: 'find sensitive values in files or on standard input',
    fold: 'below',
    load: () => import('./commands/scan.ts'),
  },
];

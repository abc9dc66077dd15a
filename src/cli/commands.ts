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
    name: 'sessions',
    summary: 'what was recorded',
    fold: 'below',
    load: () => import('./commands/sessions.ts'),
  },
  {
    name: 'audit',
    summary: 'what was decided, and whether its record is whole',
    fold: 'below',
    load: () => import('./commands/audit.ts'),
  },
  {
    name: 'scan',
    summary: 'find sensitive values in files or on standard input',
    fold: 'below',
    load: () => import('./commands/scan.ts'),
  },
];

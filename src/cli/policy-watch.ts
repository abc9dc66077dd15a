/** The policy that `serve` has in force: changed when its files change, and never for a broken one. */
import { unwatchFile, watchFile } from 'node:fs';
import { resolve } from 'node:path';
import { escapeLines } from '../escape.ts';
import type { Policy } from '../policy/policy.ts';
import type { Context } from './context.ts';
import { locatePolicy, namePolicy, policyInForce } from './policy-file.ts';

export interface WatchedPolicy {
  readonly first: Policy;
  /** Calls back with each later policy that is good. */
  onChange(use: (policy: Policy) => void): void;
  close(): void;
}

/** Polling sees replaced files on every kind of disk. */
const pollMs = 300;
/** Whoever writes a file may do so in several steps; half a policy can be a valid one. */
const restMs = 150;

/** Reads the policy, and throws where it cannot be in force from the start. `adapt` is done to each. */
export function watchPolicy(context: Context, adapt: (policy: Policy) => Policy): WatchedPolicy {
  const place = locatePolicy(context);
  const first = adapt(policyInForce(context, place));
  let inForce = first;
  let watched: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let use: (policy: Policy) => void = () => {};

  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(reload, restMs).unref();
  };
  const reload = (): void => {
    try {
      const policy = adapt(policyInForce(context, place));
      if (policy.hash === inForce.hash) return;
      inForce = policy;
      watch(policy.files);
      use(policy);
      context.note(`Policy in force now: ${namePolicy(policy)}`);
    } catch (error) {
      context.warn(
        `fcgate: THE CHANGED POLICY IS NOT IN FORCE. ${namePolicy(inForce)} stays, for:\n${escapeLines((error as Error).message)}`,
      );
    }
  };
  const watch = (files: readonly string[]): void => {
    const paths = files.map((file) => resolve(context.cwd, file));
    for (const path of watched) if (!paths.includes(path)) unwatchFile(path, changed);
    for (const path of paths) {
      if (!watched.includes(path)) watchFile(path, { interval: pollMs, persistent: false }, changed);
    }
    watched = paths;
  };

  watch(first.files);
  return {
    first,
    onChange: (callBack) => {
      use = callBack;
    },
    close: () => {
      clearTimeout(timer);
      watch([]);
    },
  };
}

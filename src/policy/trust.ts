/** What a policy file that was merely found may not do before somebody trusted it: reach for keys, or let things out. */
import { builtInTarget, type Connection } from './connections.ts';
import { isLoopback } from './network.ts';
import type { Notify } from './policy.ts';
import type { Report } from './report.ts';

export function trustReasons(
  connections: ReadonlyMap<string, Connection>,
  notify: readonly Notify[],
  report: Report,
): string[] {
  const reasons: string[] = [];
  for (const { name, credential, target, uninspectable } of connections.values()) {
    const say = (field: string, what: string): void =>
      void reasons.push(`${report.at(['connections', name, field])}: ${what}`);
    if (credential.kind === 'env')
      say('credential', `connections.${name} sends the value of $${credential.name} to ${target}`);
    if (credential.kind === 'keychain' && target !== builtInTarget(name)) {
      say('target', `connections.${name} uses a key from the keychain towards ${target}`);
    }
    if (uninspectable === 'pass')
      say('uninspectable', `connections.${name} lets through what cannot be inspected`);
  }
  for (const { source, at } of notify)
    if (!isLoopbackUrl(source))
      reasons.push(`${report.at(at)}: ${at.join('.')} sends questions beyond this machine`);
  return reasons;
}

/** `http://` is accepted on loopback only. */
export function secureUrlFault(url: string): string | undefined {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return 'must be an https:// URL.';
  if (new URL(url).protocol === 'http:' && !isLoopbackUrl(url))
    return 'must begin with https://; http:// is accepted on loopback only.';
  return undefined;
}

const isLoopbackUrl = (url: string): boolean =>
  /^https?:/i.test(url) && URL.canParse(url) && isLoopback(new URL(url).hostname);

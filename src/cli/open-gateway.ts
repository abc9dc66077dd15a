/** Puts the gateway together: the policy made ready, the keys, the books, the desk. */
import { randomUUID } from 'node:crypto';
import { openDesk } from '../approval/desk.ts';
import { openFlow } from '../flow/flow.ts';
import { ANONYMOUS } from '../flow/law.ts';
import { Memory } from '../flow/lineage.ts';
import type { Policy } from '../policy/policy.ts';
import { createGateway, type Gateway } from '../proxy/gateway.ts';
import type { ExchangeEvent, Ledger } from '../proxy/governance.ts';
import { type Audit, openAudit } from '../record/audit.ts';
import { openHome } from '../record/home.ts';
import { keyedHash, loadKeys } from '../record/keys.ts';
import { openSessions, type Sessions } from '../record/sessions.ts';
import type { Context } from './context.ts';

export interface OpenGateway {
  readonly listen: Gateway['listen'];
  /** The folder of the install's keys, where they are kept in files. */
  readonly keys: string;
  reload(policy: Policy): void;
  /** Open exchanges may end; then the books are closed. */
  close(): Promise<void>;
}

const drainMs = 10_000;

export async function openGateway(
  { env, warn }: Context,
  policy: Policy,
  onExchange: (event: ExchangeEvent) => void,
): Promise<OpenGateway> {
  const home = openHome(env);
  const keys = await loadKeys(home.keys);
  const hash = keyedHash(keys.surrogate);
  const memory = new Memory({ hash, newId: randomUUID });
  const flowOf = (policy: Policy) =>
    openFlow({ policy, memory, hash, newId: randomUUID, now: Date.now, callerOf: () => ANONYMOUS });
  let inForce = policy;
  const { durability, keepMs } = policy.record;
  const audit = await openAudit({ dir: home.audit, key: keys.audit, durability, now: Date.now });
  const sessions = openSessions({
    dir: home.sessions,
    now: Date.now,
    keep: keepMs,
    onError: ({ message }) => warn(`fcgate: ${message}`),
  });
  const mayPass = (error: unknown): boolean => {
    if (inForce.record.onError !== 'pass') return false;
    warn(`fcgate: not written, and passed as record.on_error says: ${(error as Error).message}`);
    return true;
  };
  const ledger = keepLedger(audit, sessions, mayPass);
  const gateway = createGateway({
    governance: flowOf(policy),
    ledger,
    desk: openDesk(),
    onExchange,
    onFault: (error, exchange) => warn(`fcgate: internal error in exchange ${exchange}: ${framesOf(error)}`),
  });
  return {
    listen: gateway.listen,
    keys: home.keys,
    reload: (next) => {
      inForce = next;
      gateway.reload(flowOf(next));
    },
    close: async () => {
      await gateway.close({ drainMs });
      await sessions.close();
      await audit.close();
    },
  };
}

/** What cannot be written is refused, or passes where the policy says so. */
function keepLedger(audit: Audit, sessions: Sessions, mayPass: (error: unknown) => boolean): Ledger {
  return {
    append: (entries) => {
      const trouble = sessions.trouble();
      try {
        if (trouble) throw trouble;
        audit.append(entries);
      } catch (error) {
        if (!mayPass(error)) throw error;
      }
    },
    record: (recording) => sessions.append(recording),
    flush: async () => {
      await sessions.flush();
      await audit.flush();
    },
  };
}

/** An error's name and place: its message may quote traffic. */
function framesOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 4)].join('\n');
}

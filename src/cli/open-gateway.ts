/** Puts the gateway together: the policy made ready, the keys, the books, the desk. */
import { randomUUID } from 'node:crypto';
import { openDesk } from '../approval/desk.ts';
import { openFlow } from '../flow/flow.ts';
import { ANONYMOUS } from '../flow/law.ts';
import { Memory } from '../flow/lineage.ts';
import type { Policy } from '../policy/policy.ts';
import { createGateway, type Gateway } from '../proxy/gateway.ts';
import type { ExchangeEvent } from '../proxy/governance.ts';
import { openAudit } from '../record/audit.ts';
import { openHome } from '../record/home.ts';
import { keyedHash, loadKeys } from '../record/keys.ts';
import { openSessions } from '../record/sessions.ts';
import type { Context } from './context.ts';
import { framesOf, keepLedger } from './ledger.ts';

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
  const audit = await openAudit({
    dir: home.audit,
    key: keys.audit,
    now: Date.now,
    get durability() {
      return inForce.record.durability;
    },
  });
  const sessions = openSessions({
    dir: home.sessions,
    now: Date.now,
    get keep() {
      return inForce.record.keepMs;
    },
    onError: ({ message }) => warn(`fcgate: ${message}`),
  });
  const mayPass = (): boolean => inForce.record.onError === 'pass';
  const ledger = keepLedger({ audit, sessions, mayPass, warn });
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
      void sessions.tidy();
    },
    close: async () => {
      await gateway.close({ drainMs });
      await sessions.close();
      await audit.close();
    },
  };
}

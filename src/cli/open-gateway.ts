/** Puts the gateway together: the policy made ready, the keys, the books, the desk. */
import { randomUUID } from 'node:crypto';
import { Desk } from '../approval/desk.ts';
import { openAnnouncer } from '../control/announce.ts';
import { openFlow } from '../flow/flow.ts';
import { ANONYMOUS } from '../flow/law.ts';
import { Memory } from '../flow/lineage.ts';
import type { Policy } from '../policy/policy.ts';
import { createGateway, type Door, type Gateway } from '../proxy/gateway.ts';
import type { ExchangeEvent } from '../proxy/governance.ts';
import { openAudit } from '../record/audit.ts';
import { openHome } from '../record/home.ts';
import { keyedHash, loadKeys } from '../record/keys.ts';
import { openSessions } from '../record/sessions.ts';
import type { Context } from './context.ts';
import { createGatekeeper, localKey } from './gatekeeper.ts';
import { callerHere } from './here.ts';
import { hooksOf } from './hooks.ts';
import { framesOf, keepLedger } from './ledger.ts';
import { secretsOf } from './secrets.ts';
import { pendingLetter } from './told-question.ts';

export interface OpenGateway {
  readonly listen: Gateway['listen'];
  readonly desk: Desk;
  /** The folder of the install's keys, where they are kept in files. */
  readonly keys: string;
  /** The virtual key of whoever runs the gateway. */
  readonly localKey: string;
  reload(policy: Policy): void;
  /** Open exchanges may end; then the books are closed. */
  close(): Promise<void>;
}

const drainMs = 10_000;

export async function openGateway(
  context: Context,
  policy: Policy,
  onExchange: (event: ExchangeEvent) => void,
  door: Door = { names: [], ownUserOnly: true },
): Promise<OpenGateway> {
  const { env, warn } = context;
  const home = openHome(env);
  const keys = await loadKeys(home.keys);
  const hash = keyedHash(keys.surrogate);
  const memory = new Memory({ hash, newId: randomUUID });
  const flowOf = (policy: Policy) =>
    openFlow({
      policy,
      memory,
      hash,
      newId: randomUUID,
      now: Date.now,
      callerOf: ({ caller }) => caller ?? ANONYMOUS,
    });
  let inForce = policy;
  const gatekeeper = createGatekeeper({
    home: home.path,
    env,
    hash,
    here: () => callerHere(context, inForce),
    identity: () => inForce.identity,
  });
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
  const announcer = openAnnouncer({ tell: pendingLetter, warn });
  const places = { env, hash, warn, secrets: () => secretsOf(context) };
  announcer.use(await hooksOf(policy.approvals.notify, places));
  const desk = new Desk({
    now: Date.now,
    newId: randomUUID,
    write: (event) => ledger.append([event]),
    reaches: announcer.reaches,
  });
  const hush = announcer.follow(desk);
  const gateway = createGateway({
    governance: flowOf(policy),
    ledger,
    desk,
    counter: desk,
    gatekeeper,
    door,
    onExchange,
    onFault: (error, exchange) => warn(`fcgate: internal error in exchange ${exchange}: ${framesOf(error)}`),
  });
  return {
    listen: gateway.listen,
    desk,
    keys: home.keys,
    localKey: localKey(hash),
    reload: (next) => {
      inForce = next;
      gateway.reload(flowOf(next));
      void sessions.tidy();
      void hooksOf(next.approvals.notify, places).then(announcer.use);
    },
    close: async () => {
      await gateway.close({ drainMs });
      hush();
      await sessions.close();
      await audit.close();
    },
  };
}

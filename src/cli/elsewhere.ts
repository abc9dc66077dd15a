/** The way to a running gateway's desk beside its own screen: the control socket, and the code that it asks for. */
import type { Approver } from '../approval/approver.ts';
import type { Desk } from '../approval/desk.ts';
import { type Control, openControl } from '../control/gateway.ts';
import { openPairing } from '../control/pairing.ts';
import type { Policy } from '../policy/policy.ts';
import { openHome } from '../record/home.ts';
import type { Context } from './context.ts';
import { callerHere } from './here.ts';

export interface Elsewhere {
  /** Who sits at the gateway: whoever started it. */
  readonly approver: Approver;
  /** Undefined where none is needed. */
  readonly code: string | undefined;
  tell(exchange: unknown): void;
  close(): Promise<void>;
}

export interface ElsewhereOptions {
  readonly desk: Desk;
  readonly policy: Policy;
  readonly url: string;
  /** Whether the gateway has a screen of its own. */
  readonly hasScreen: boolean;
}

/** A gateway whose socket cannot be opened runs on without. */
export async function openElsewhere(
  context: Context,
  { policy, hasScreen, ...options }: ElsewhereOptions,
): Promise<Elsewhere> {
  const { env, warn } = context;
  // Groups are for who proves them with a token; a login that lies on this machine is no proof.
  const { subject } = await callerHere(context, policy);
  const approver: Approver = { subject, groups: [], terminal: true };
  const { pairing: wanted } = policy.approvals;
  const pairing =
    wanted === 'always' || (wanted === 'auto' && hasScreen)
      ? openPairing((left) => warn(`warning: somebody gave a wrong pairing code (${left} left).`))
      : undefined;
  let control: Control | undefined;
  try {
    control = await openControl({ dir: openHome(env).control, approver, pairing, ...options });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    warn(`warning: nobody can approve from elsewhere: no control socket (${code ?? message}).`);
  }
  return {
    approver,
    code: control && pairing?.code,
    tell: (exchange) => control?.tell(exchange),
    close: async () => control?.close(),
  };
}

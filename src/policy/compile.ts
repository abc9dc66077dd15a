/** A merged policy file becomes a policy; what the schema cannot check is checked here. */
import { compileDetectors, type Detectors, type Names, readGazetteer } from '../detect/detect.ts';
import { compileConnections } from './connections.ts';
import { compileMasks } from './masks.ts';
import type { Merged } from './merge.ts';
import { createNames, wantedNames } from './names.ts';
import type { PolicyFile } from './policy.generated.ts';
import type { Approvals, Identity, Notify, Policy } from './policy.ts';
import { bytes, milliseconds } from './quantity.ts';
import { createReport, type Report } from './report.ts';
import { compileRisk } from './risk.ts';
import { compileRules } from './rules.ts';
import { secureUrlFault, trustReasons } from './trust.ts';

/** Fetches the table of names and places; throws where it cannot. */
export type ReadNames = () => Uint8Array;

/** Everything but where it came from. Complete only where the report has no problem. */
export const compile = (file: PolicyFile, report: Report, readNames: ReadNames): Compiled =>
  compileWith(compileOwnDetectors(file, report, readNames), file, report);

type Compiled = Omit<Policy, 'hash' | 'files'>;

/** A changed policy that has the same detectors, which are dear to make; undefined where it is not in order. */
export function variantOf(policy: Policy, merged: Merged): Policy | undefined {
  const report = createReport(merged);
  const compiled = compileWith(policy.detectors, merged.value, report);
  return report.problems.length > 0 ? undefined : { ...policy, ...compiled };
}

function compileWith(detectors: Detectors, file: PolicyFile, report: Report): Compiled {
  const names = createNames(detectors, file.detectors ?? [], report);
  for (const name of Object.keys(file.thresholds ?? {})) names.check(name, ['thresholds', name]);
  const restore = file.mask?.restore;
  const record = file.record ?? {};
  const connections = compileConnections(file.connections ?? {}, report);
  return {
    detectors,
    connections,
    identity: compileIdentity(file.identity, report),
    masks: compileMasks(file.mask ?? {}, names, report),
    restore: {
      on: restore === true || typeof restore === 'object',
      urls: typeof restore === 'object' && restore.urls === true,
    },
    ...compileRules(file, detectors, report),
    risk: file.risk && compileRisk(file.risk, names, report),
    approvals: compileApprovals(file.approvals ?? {}, report),
    record: {
      keepMs: milliseconds(record.keep ?? '30d'),
      onError: record.on_error ?? 'refuse',
      durability: record.durability ?? 'batch',
    },
    limits: compileLimits(file.limits ?? {}),
    unofferedTools: file.unoffered_tools ?? 'deny',
    trustReasons: trustReasons(connections, notifyOf(file.approvals?.notify), report),
  };
}

const compileLimits = ({ body, depth, idle }: NonNullable<PolicyFile['limits']>): Policy['limits'] => ({
  body: bytes(body ?? '32MB'),
  depth: depth ?? 128,
  idleMs: milliseconds(idle ?? '10m'),
});

type OwnDetectors = NonNullable<PolicyFile['detectors']>;

/** Compiles them together; where that fails, one by one, to say which. */
function compileOwnDetectors(file: PolicyFile, report: Report, readNames: ReadNames): Detectors {
  const own = file.detectors ?? [];
  const wishes = { names: compileNames(file, readNames), thresholds: file.thresholds };
  const attempt = (some: OwnDetectors): Detectors | string => {
    try {
      return compileDetectors(some, wishes);
    } catch (error) {
      return (error as Error).message;
    }
  };
  const all = attempt(own);
  if (typeof all !== 'string') return all;
  const faults = own.map((each) => attempt([each]));
  const failed = faults.flatMap((fault, i) => (typeof fault === 'string' ? [{ i, fault }] : []));
  for (const { i, fault } of failed) report.problem(['detectors', i], fault);
  if (failed.length === 0) report.problem(['detectors'], all);
  return compileDetectors([]);
}

/** Reads what names are told by, which takes memory and time, only where the file asks for names. */
function compileNames(file: PolicyFile, readNames: ReadNames): Names | undefined {
  const entities = wantedNames(file);
  return entities.size === 0 ? undefined : { gazetteer: readGazetteer(readNames()), entities };
}

function compileIdentity(identity: PolicyFile['identity'], report: Report): Identity | undefined {
  if (!identity) return undefined;
  const fault = identity.issuer === undefined ? undefined : secureUrlFault(identity.issuer);
  if (fault) report.problem(['identity', 'issuer'], `identity.issuer ${fault}`);
  const samlFault = identity.saml === undefined ? undefined : secureUrlFault(identity.saml);
  if (samlFault) report.problem(['identity', 'saml'], `identity.saml ${samlFault}`);
  return {
    ...(identity.issuer === undefined ? {} : { issuer: identity.issuer }),
    ...(identity.client_id === undefined ? {} : { clientId: identity.client_id }),
    ...(identity.audience === undefined ? {} : { audience: identity.audience }),
    ...(identity.scope === undefined ? {} : { scope: identity.scope }),
    ...(identity.saml === undefined ? {} : { saml: identity.saml }),
    groupsClaim: identity.groups_claim ?? 'groups',
    required: identity.required ?? false,
  };
}

function compileApprovals(approvals: NonNullable<PolicyFile['approvals']>, report: Report): Approvals {
  const { timeout = '4m', reason = 'optional', pairing = 'auto' } = approvals;
  const notify = notifyOf(approvals.notify);
  for (const { source, at } of notify) {
    const fault = /^(keychain|env):[\w.-]+$/.test(source) ? undefined : secureUrlFault(source);
    if (fault) report.problem(at, `${at.join('.')} ${fault}`);
  }
  return { timeoutMs: milliseconds(timeout), reason, pairing, notify };
}

function notifyOf(notify: NonNullable<PolicyFile['approvals']>['notify']): Notify[] {
  const at = ['approvals', 'notify'];
  if (notify === undefined) return [];
  if (typeof notify === 'string') return [{ group: undefined, source: notify, at }];
  return Object.entries(notify).map(([group, source]) => ({ group, source, at: [...at, group] }));
}

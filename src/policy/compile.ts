/** A merged policy file becomes a policy; what the schema cannot check is checked here. */
import { compileDetectors, type Detectors, entities, groupOf } from '../detect/detect.ts';
import { compileConnections } from './connections.ts';
import { compileExcept } from './except.ts';
import { type CompiledField, compilePath } from './fields.ts';
import { lookup } from './glob.ts';
import { compileRows, type MaskTable } from './masks.ts';
import { didYouMean } from './nearest.ts';
import type { PolicyFile } from './policy.generated.ts';
import type { Approvals, Identity, Policy } from './policy.ts';
import { bytes, milliseconds } from './quantity.ts';
import type { Report } from './report.ts';
import type { RiskLimit, RiskTable } from './risk.ts';
import { compileRules } from './rules.ts';
import { stages } from './stages.ts';
import { secureUrlFault, trustReasons } from './trust.ts';
import type { Path } from './yaml.ts';

/** Everything but where it came from. Complete only where the report has no problem. */
export function compile(file: PolicyFile, report: Report): Omit<Policy, 'hash' | 'files'> {
  const detectors = compileOwnDetectors(file.detectors ?? [], report);
  const names = namesOf(detectors, file);
  const restore = file.mask?.restore;
  const record = file.record ?? {};
  const connections = compileConnections(file.connections ?? {}, report);
  return {
    detectors,
    connections,
    identity: compileIdentity(file.identity, report),
    masks: compileMasks(file.mask ?? {}, detectors, names, report),
    restore: {
      on: restore === true || typeof restore === 'object',
      urls: typeof restore === 'object' && restore.urls === true,
    },
    ...compileRules(file, report),
    risk: compileRisk(file.risk, detectors, names, report),
    approvals: compileApprovals(file.approvals ?? {}, report),
    record: {
      keepMs: milliseconds(record.keep ?? '30d'),
      onError: record.on_error ?? 'refuse',
      durability: record.durability ?? 'batch',
    },
    limits: { body: bytes(file.limits?.body ?? '32MB'), depth: file.limits?.depth ?? 128 },
    unofferedTools: file.unoffered_tools ?? 'deny',
    trustReasons: trustReasons(connections, file.approvals?.notify, report),
  };
}

type OwnDetectors = NonNullable<PolicyFile['detectors']>;

/** Compiles them together; where that fails, one by one, to say which. */
function compileOwnDetectors(own: OwnDetectors, report: Report): Detectors {
  const attempt = (some: OwnDetectors): Detectors | string => {
    try {
      return compileDetectors(some as Parameters<typeof compileDetectors>[0]);
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

interface Names {
  readonly entities: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** An entity that nobody defined belongs to no group. */
const groupIn = (detectors: Detectors, entity: string): string => groupOf(detectors, entity) ?? '';

/** Entities that people may name, though none of our detectors finds them. */
const unfound = new Set(['PERSON', 'LOCATION', 'NRP', 'DATE_TIME']);

const namesOf = (detectors: Detectors, file: PolicyFile): Names => {
  const known = [
    ...entities.map(({ entity }) => entity),
    ...(file.detectors ?? []).map(({ entity }) => entity),
  ];
  const groups = [
    'pii',
    'financial',
    'secret',
    'network',
    'all',
    ...known.map((entity) => groupIn(detectors, entity)),
  ];
  return { entities: new Set(known), groups: new Set(groups) };
};

/** A row for something that does not exist would protect nothing. */
function checkName(name: string, path: Path, names: Names, report: Report): void {
  if (names.entities.has(name) || names.groups.has(name)) return;
  if (unfound.has(name)) {
    report.warningAtKey(path, `No detector finds ${name} yet; add your own under \`detectors\`.`);
    return;
  }
  const [kind, known] = /^[A-Z]/.test(name)
    ? (['entity', names.entities] as const)
    : (['group', names.groups] as const);
  const remedy = didYouMean(name, known) || ' Add a detector for it under `detectors`.';
  report.problemAtKey(path, `Unknown ${kind} "${name}".${remedy}`);
}

function compileMasks(
  mask: NonNullable<PolicyFile['mask']>,
  detectors: Detectors,
  names: Names,
  report: Report,
): MaskTable {
  for (const table of ['all', 'to_model', 'to_app', ...stages] as const) {
    for (const [name, form] of Object.entries(mask[table] ?? {})) {
      if (form !== 'keep' || !unfound.has(name)) checkName(name, ['mask', table, name], names, report);
    }
  }
  const group = (entity: string): string => groupIn(detectors, entity);
  return {
    row: compileRows(mask, stages, [...names.entities], group),
    groupOf: group,
    spared: compileExcept(mask.except ?? []),
    fields: compileFields(mask.fields ?? {}, report),
  };
}

function compileFields(
  fields: NonNullable<NonNullable<PolicyFile['mask']>['fields']>,
  report: Report,
): CompiledField[] {
  const compiled: CompiledField[] = [];
  for (const [tool, rows] of Object.entries(fields)) {
    for (const [path, form] of Object.entries(rows)) {
      try {
        const rule = `mask.fields.${/^[\w-]+$/.test(tool) ? tool : JSON.stringify(tool)}[${JSON.stringify(path)}]`;
        compiled.push({ tool, query: compilePath(path), form, rule });
      } catch (error) {
        const why = /match|search/.test(path)
          ? '`match()` and `search()` are not available here'
          : (error as Error).message;
        report.problemAtKey(
          ['mask', 'fields', tool, path],
          `This is no JSONPath that can be used: ${why}. Write it as RFC 9535 has it: $.patient.ssn`,
        );
      }
    }
  }
  return compiled;
}

function compileRisk(
  risk: PolicyFile['risk'],
  detectors: Detectors,
  names: Names,
  report: Report,
): RiskTable | undefined {
  if (!risk) return undefined;
  const weights = risk.weights ?? {};
  for (const name of Object.keys(weights)) checkName(name, ['risk', 'weights', name], names, report);
  const tool = lookup(
    Object.entries(risk.tools ?? {}).map(([pattern, weight]) => [pattern, { pattern, weight }]),
  );
  const limit = (name: 'approve_at' | 'deny_at'): RiskLimit | undefined =>
    risk[name] === undefined ? undefined : { total: risk[name], at: report.at(['risk', name]) };
  const [approveAt, denyAt] = [limit('approve_at'), limit('deny_at')];
  return {
    weight: (entity) => weights[entity] ?? weights[groupIn(detectors, entity)] ?? weights.all ?? 0,
    tool,
    ...(approveAt ? { approveAt } : {}),
    ...(denyAt ? { denyAt } : {}),
    demand: { groups: risk.groups ?? [], users: [], min: 1, self: false },
  };
}

function compileIdentity(identity: PolicyFile['identity'], report: Report): Identity | undefined {
  if (!identity) return undefined;
  const fault = identity.issuer === undefined ? undefined : secureUrlFault(identity.issuer);
  if (fault) report.problem(['identity', 'issuer'], `identity.issuer ${fault}`);
  return {
    ...(identity.issuer === undefined ? {} : { issuer: identity.issuer }),
    ...(identity.client_id === undefined ? {} : { clientId: identity.client_id }),
    groupsClaim: identity.groups_claim ?? 'groups',
    required: identity.required ?? false,
  };
}

function compileApprovals(approvals: NonNullable<PolicyFile['approvals']>, report: Report): Approvals {
  const { timeout = '4m', reason = 'optional', notify } = approvals;
  const isUrl = notify !== undefined && !/^(keychain|env):[\w.-]+$/.test(notify);
  const fault = isUrl ? secureUrlFault(notify) : undefined;
  if (fault) report.problem(['approvals', 'notify'], `approvals.notify ${fault}`);
  return { timeoutMs: milliseconds(timeout), reason, ...(notify === undefined ? {} : { notify }) };
}

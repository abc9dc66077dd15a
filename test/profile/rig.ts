/** The gateway in this process: the flow that `serve` drives, under a policy that masks everything both ways. */
import { openFlow } from '../../src/flow/flow.ts';
import { ANONYMOUS } from '../../src/flow/law.ts';
import { Memory } from '../../src/flow/lineage.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { typeOf } from './carriers.ts';
import type { Rig } from './play.ts';

const groups = (form: string) =>
  ['all', 'pii', 'financial', 'network', 'secret'].map((group) => `${group}: ${form}`).join(', ');

export const policyText = (toModel: 'surrogate' | 'placeholder'): string => `version: 1
detectors:
  - entity: CUSTOMER_ID
    group: pii
    pattern: 'CUST-\\d{8}'
    examples: { match: ['CUST-00412233'], no_match: ['CUST-12'] }
mask:
  to_model: { ${groups(toModel)} }
  to_app: { ${groups('redact')} }
  restore: { urls: true }
`;

export function openRig(form: 'surrogate' | 'placeholder'): Rig {
  const loaded = loadPolicy({ file: 'fcgate.yaml', text: policyText(form) }, () => {
    throw new Error('nothing to extend');
  });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  const { policy } = loaded;
  const hash = keyedHash(Buffer.alloc(32, 7));
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const now = () => 1_700_000_000_000 + ids;
  return {
    async ask({ provider, path, ...carrier }, body, answer) {
      const flow = openFlow({
        policy,
        hash,
        newId,
        memory: new Memory({ hash, newId }),
        now,
        callerOf: () => ANONYMOUS,
      });
      const connection = { ...policy.connections.get('openai')!, name: provider, provider };
      const head = {
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json' },
      };
      const { request } = flow.govern(newId(), connection, head, Buffer.from(body));
      const step = request.settle([]);
      if (step.kind === 'refuse') return { sent: undefined, got: step.refusal.body };
      const sent = Buffer.concat(step.body ?? []).toString();
      const type = typeOf({ provider, path, ...carrier });
      const gate = step.openAnswer({ status: 200, headers: { 'content-type': type } });
      const steps = [...answer(sent).map((piece) => gate.push(piece)), gate.end()];
      return { sent, got: Buffer.concat(steps.flatMap(({ bytes }) => bytes)).toString() };
    },
  };
}

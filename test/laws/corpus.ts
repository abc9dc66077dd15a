/** The shared corpora, and single exchanges of them run through the flow as `serve` runs them. */
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Recording } from '../../src/exchange.ts';
import { openFlow } from '../../src/flow/flow.ts';
import { ANONYMOUS } from '../../src/flow/law.ts';
import { Memory } from '../../src/flow/lineage.ts';
import type { AuditEntry } from '../../src/flow/steps.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';

const corpora = fileURLToPath(new URL('../../../shared/corpora/', import.meta.url));

export const hasCorpora = existsSync(corpora);

/** The records of one gzipped file of JSON lines. */
export const recordsOf = <T>(file: string): T[] =>
  gunzipSync(readFileSync(corpora + file))
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

export interface Transcript {
  readonly id: string;
  readonly api: string;
  readonly method: string;
  readonly path: string;
  readonly requestBody: string;
  readonly status: number;
  readonly responseBody: string;
  readonly framing: 'none' | 'sse' | 'ndjson' | 'json-array';
}

const types = {
  none: 'application/json',
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  'json-array': 'application/json',
};

export function policyOf(text: string): Policy {
  const loaded = loadPolicy({ file: 'fcgate.yaml', text }, () => {
    throw new Error('nothing to extend');
  });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.policy;
}

/** What went through, in both directions, and what was kept of it. */
export interface Passed {
  readonly sent: string;
  readonly findings: number;
  /** The model's answer, as the app gets it. */
  answer(
    body: string,
    cut?: (bytes: Uint8Array) => Uint8Array[],
  ): {
    readonly got: string;
    readonly refused: string | undefined;
    readonly kept: string;
    /** The most bytes of it that waited at once, before its end. */
    readonly waited: number;
  };
}

export interface Asked {
  readonly connection: string;
  readonly path: string;
  readonly body: string;
  readonly method?: string;
  readonly status?: number;
  readonly framing?: Transcript['framing'];
}

/** One gateway; each exchange through it is a conversation of its own. The code where it is refused. */
export function gateway(policy: Policy) {
  const hash = (message: string) => createHmac('sha256', 'an install key').update(message).digest();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  return ({
    connection: name,
    path,
    body,
    method = 'POST',
    status = 200,
    framing = 'none',
  }: Asked): Passed | string => {
    const memory = new Memory({ hash, newId });
    const flow = openFlow({
      policy,
      memory,
      hash,
      newId,
      now: () => 1_700_000_000_000,
      callerOf: () => ANONYMOUS,
    });
    const connection = flow.connections.get(name)!;
    const head = { method, path, headers: { 'content-type': 'application/json' } };
    const admitted = flow.admit(newId(), head, connection);
    if ('refuse' in admitted) return admitted.refuse.code;
    const step = flow.govern(newId(), connection, head, Buffer.from(body)).request.settle([]);
    if (step.kind === 'refuse') return step.refusal.code;
    return {
      sent: Buffer.concat(step.body ?? []).toString(),
      findings: step.findings,
      answer(told, cut = (bytes) => [bytes]) {
        const type = types[framing];
        const gate = step.openAnswer({ status, headers: { 'content-type': type } });
        const sizeOf = (all: readonly Uint8Array[]) => all.reduce((sum, { length }) => sum + length, 0);
        let waiting = 0;
        let waited = 0;
        const steps = cut(Buffer.from(told)).map((bytes) => {
          const step = gate.push(bytes);
          waiting += bytes.length - sizeOf(step.bytes);
          waited = Math.max(waited, waiting);
          return step;
        });
        steps.push(gate.end());
        const entries: AuditEntry[] = [step.entry, ...steps.flatMap((each) => each.entries)];
        const recording: Recording = gate.recording(1);
        return {
          got: Buffer.concat(steps.flatMap((each) => each.bytes)).toString(),
          refused: entries.find((entry) => entry.refused)?.refused?.message,
          kept: JSON.stringify([entries, recording]),
          waited,
        };
      },
    };
  };
}

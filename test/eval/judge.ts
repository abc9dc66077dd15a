/** What a policy makes of labelled calls, by the engine that `policy test` and `serve` run. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../../src/policy/policy.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { decideAll } from '../../src/trial/decide.ts';
import { sketched } from '../../src/trial/sketch.ts';
import { root } from '../house/source.ts';
import { policyOf } from '../laws/corpus.ts';
import type { Labelled } from './agentic.ts';

export const templates = ['strict', 'balanced', 'observe'] as const;
export type Template = (typeof templates)[number];

export const templateText = (name: Template): string =>
  readFileSync(join(root, 'templates', `${name}.yaml`), 'utf8');

export interface Judged {
  readonly one: Labelled;
  /** Something of it was refused, or a person was asked. */
  readonly stopped: boolean;
  /** It added to the risk. */
  readonly noted: boolean;
  readonly rules: readonly string[];
}

const hash = keyedHash(Buffer.alloc(32, 9));

export function judge(name: Template, all: readonly Labelled[]): Judged[] {
  const policy = policyOf(templateText(name));
  return all.map((one) => judgeOne(policy, one));
}

function judgeOne(policy: Policy, one: Labelled): Judged {
  const decisions = one.sketches.flatMap((sketch) => {
    const recordings = sketched(sketch).flatMap(({ recording }) => recording ?? []);
    return decideAll(recordings, { policy, hash }).flatMap(({ all }) => all);
  });
  const stopping = decisions.filter(({ effect }) => effect === 'deny' || effect === 'approve');
  return {
    one,
    stopped: stopping.length > 0,
    noted: decisions.some(({ stage, risk }) => stage === 'tool_call' && (risk?.total ?? 0) > 0),
    rules: stopping.flatMap(({ rules }) => rules.map(({ rule }) => rule)),
  };
}

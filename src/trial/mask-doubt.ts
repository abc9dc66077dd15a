/**
 * Masks of which a recording cannot tell whether they would have been another policy's as well: what decides on them
 * is the masked value itself, and an exception, a detector or a threshold for it has changed.
 */
import type { Finding, Recording } from '../exchange.ts';
import type { Merged } from '../policy/merge.ts';
import { parseNetwork } from '../policy/network.ts';
import type { Policy } from '../policy/policy.ts';
import type { Doubt } from './doubt.ts';

/** A policy, and what it was made of. */
export interface Side {
  readonly policy: Policy;
  readonly merged: Merged;
}

/** Tells those of each recording; paths are those of values. */
export function maskDoubting(before: Side, after: Side): (recording: Recording) => Doubt[] {
  const changed = [exceptions, patterns, thresholds].map((change) => change(before, after));
  if (changed.every((each) => each === undefined)) return () => [];
  const isMasked = ({ stage, entity }: Finding): boolean =>
    [before, after].some(({ policy }) => (policy.masks.row(stage, entity)?.form ?? 'keep') !== 'keep');
  return ({ id, findings }) =>
    findings.filter(isMasked).flatMap((finding) => {
      const { stage, path } = finding;
      const rule = changed.map((each) => each?.(finding)).find((each) => each !== undefined);
      return rule === undefined ? [] : [{ exchange: id, stage, path, rule }];
    });
}

/** The changed part of the policy that has a say about a finding. */
type Change = (before: Side, after: Side) => ((finding: Finding) => string | undefined) | undefined;

const onlyIn = <T>(all: readonly T[], others: readonly T[]): T[] =>
  all.filter((one) => !others.includes(one));

/** An address with an `@` is a mail address, a network has IP addresses; another entry may be any value. */
const exceptions: Change = (before, after) => {
  const [old, young] = [before, after].map(({ merged }) => merged.value.mask?.except ?? []);
  const entries = [...onlyIn(old!, young!), ...onlyIn(young!, old!)];
  const speaksOf = (entry: string, entity: string): boolean =>
    entry.includes('@') ? entity === 'EMAIL_ADDRESS' : parseNetwork(entry) ? entity.startsWith('IP_') : true;
  return entries.length === 0
    ? undefined
    : ({ entity }) => (entries.some((entry) => speaksOf(entry, entity)) ? 'mask.except' : undefined);
};

/** Where only one of the two knows the entity, there is nothing to doubt. */
const patterns: Change = (before, after) => {
  const [old, young] = [before, after].map(({ merged }) => byEntity(merged));
  const changed = [...old!].filter(([entity, text]) => (young!.get(entity) ?? text) !== text);
  const entities = new Set(changed.map(([entity]) => entity));
  return entities.size === 0
    ? undefined
    : ({ entity }) => (entities.has(entity) ? `detectors ${entity}` : undefined);
};

function byEntity({ value }: Merged): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { examples: _, ...detector } of value.detectors ?? [])
    texts.set(detector.entity, (texts.get(detector.entity) ?? '') + JSON.stringify(detector));
  return texts;
}

/** A stand-in has a score of its own. */
const thresholds: Change = (before, after) => {
  const [old, young] = [before, after].map(({ merged }) => JSON.stringify(merged.value.thresholds ?? {}));
  const counts = ({ policy }: Side, { entity, score }: Finding): boolean =>
    score >= policy.detectors.thresholdOf(entity);
  return old === young
    ? undefined
    : (finding) =>
        counts(before, finding) === counts(after, finding) ? undefined : `thresholds ${finding.entity}`;
};

/** Mutation testing: which broken policies would no case notice? */
import type { Case, Fixture } from '../fixture.ts';
import { variantOf } from '../policy/compile.ts';
import type { MaskTable } from '../policy/masks.ts';
import type { Merged } from '../policy/merge.ts';
import type { Policy } from '../policy/policy.ts';
import { stages } from '../policy/stages.ts';
import { runCases } from './cases.ts';
import { openCoverage } from './coverage.ts';
import type { Court } from './decide.ts';
import { type Mutant, mutantsOf } from './mutants.ts';

export interface Mutation {
  readonly mutants: number;
  /** Those that no case notices. */
  readonly survivors: readonly Mutant[];
  /** Cases that were run. */
  readonly runs: number;
}

/** One case, alone with its session, and what of the policy it touches. */
interface Probe {
  readonly fixture: Fixture;
  readonly touched: ReadonlySet<string>;
}

export function mutate(fixtures: readonly Fixture[], merged: Merged, court: Court): Mutation {
  const { policy } = court;
  const probes = fixtures
    .flatMap((fixture) => fixture.cases.map((each) => alone(fixture, each)))
    .flatMap((fixture) => probe(fixture, merged, court));
  const survivors: Mutant[] = [];
  let mutants = 0;
  let runs = 0;
  for (const mutant of mutantsOf(policy, merged)) {
    const variant = variantOf(policy, mutant.merged);
    if (!variant || isSame(policy, variant, mutant)) continue;
    mutants++;
    const noticed = likelyFirst(probes, mutant).some(({ fixture }) => {
      runs++;
      return !passes(fixture, { ...court, policy: variant });
    });
    if (!noticed) survivors.push(mutant);
  }
  return { mutants, survivors, runs };
}

/** What came before in its session may matter. */
function alone({ version, recordings }: Fixture, one: Case): Fixture {
  const { session } = recordings.find(({ id }) => id === one.recording)!;
  return { version, recordings: recordings.filter((each) => each.session === session), cases: [one] };
}

const passes = (fixture: Fixture, court: Court): boolean =>
  runCases(fixture, court, () => 0).every((result) => result.passed);

/** A case that fails already can notice nothing. */
function probe(fixture: Fixture, merged: Merged, court: Court): Probe[] {
  const coverage = openCoverage(court.policy, merged);
  if (!passes(fixture, { ...court, witness: coverage.witness })) return [];
  return [{ fixture, touched: coverage.touched() }];
}

/** Cases that touch what is broken, the most particular ones first. */
const likelyFirst = (probes: readonly Probe[], { name }: Mutant): Probe[] =>
  probes.toSorted(
    (a, b) => Number(b.touched.has(name)) - Number(a.touched.has(name)) || a.touched.size - b.touched.size,
  );

/** A row of the mask table that says what the next wider one says anyway. */
const isSame = (policy: Policy, variant: Policy, { name }: Mutant): boolean =>
  /^mask\.(?!except|fields|restore)/.test(name) && formsOf(policy.masks) === formsOf(variant.masks);

const formsOf = ({ row, entities }: MaskTable): string =>
  stages.flatMap((stage) => entities.map((entity) => row(stage, entity)?.form ?? 'keep')).join();

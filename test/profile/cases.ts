/** The cases: each axis in full while the others take turns, each in one chunk and in pieces. */
import { type Carrier, carriers } from './carriers.ts';
import { type Encoding, encodings, folded } from './encodings.ts';
import { type Fragmentation, fragmentations, WHOLE } from './fragments.ts';
import type { Case } from './play.ts';
import { type Random, randomOf } from './random.ts';
import { type Site, sites } from './sites.ts';
import { type Entity, entities, type Value } from './values.ts';

const whole = fragmentations.find(({ name }) => name === WHOLE)!;
const pieced = fragmentations.filter((each) => each !== whole);
const [plain] = encodings;
/** Those that each encoding and carrier is tried with. */
const FAMOUS = ['EMAIL_ADDRESS', 'PHONE_NUMBER', 'CREDIT_CARD', 'IBAN_CODE', 'US_SSN', 'GITHUB_PAT'];
const famous = FAMOUS.map((name) => entities.find((entity) => entity.name === name)!);

interface Setting {
  readonly entity: Entity;
  readonly encoding?: Encoding;
  readonly carrier?: Carrier;
  readonly site?: Site;
  readonly fragmentations?: readonly Fragmentation[];
}

const inTurn = <T>(list: readonly T[], i: number): T => list[i % list.length]!;

const settings: readonly Setting[] = [
  ...entities.map((entity) => ({ entity })),
  ...famous.flatMap((entity) => encodings.map((encoding) => ({ entity, encoding, fragmentations }))),
  ...carriers.flatMap((carrier, i) => [
    { entity: inTurn(famous, i), carrier, fragmentations },
    { entity: inTurn(famous, i + 1), carrier, fragmentations },
  ]),
  ...sites.flatMap((site) =>
    carriers
      .filter((carrier) => carrier.sites?.includes(site) ?? true)
      .map((carrier, i) => ({ entity: inTurn(famous, i), carrier, site })),
  ),
];

/** Entities of which no value was drawn. */
export const undrawn: string[] = [];

/** Two values of which neither says anything of the other. */
function valuesOf(entity: Entity, next: Random): [Value, Value] | undefined {
  for (let i = 0; i < 20; i++) {
    const [asked, injected] = [entity.make(next), entity.make(next)];
    if (!asked || !injected) return undefined;
    const [a, b] = [folded(asked.value), folded(injected.value)];
    if (a !== b && shared(a, b) < Math.max(5, Math.min(a.length, b.length) * 0.6)) return [asked, injected];
  }
  return undefined;
}

/** How long a run of signs is that both have. */
function shared(a: string, b: string): number {
  let most = 0;
  for (let from = 0; from < a.length; from++)
    while (from + most < a.length && b.includes(a.slice(from, from + most + 1))) most++;
  return most;
}

export function allCases(seed = 1): Case[] {
  return settings.flatMap((setting, i) => {
    const next = randomOf(seed * 100_003 + i);
    const { entity, encoding = plain!, carrier = inTurn(carriers, i) } = setting;
    const site = setting.site ?? inTurn(carrier.sites ?? sites, i);
    const drawn = valuesOf(entity, next);
    if (!drawn) {
      undrawn.push(entity.name);
      return [];
    }
    const [asked, injected] = drawn;
    if (!encoding.suits(asked)) return [];
    const frags = setting.fragmentations ?? [whole, inTurn(pieced, i)];
    return frags.map((fragmentation) => ({
      entity,
      encoding,
      fragmentation,
      carrier,
      site,
      asked,
      injected,
      next,
    }));
  });
}

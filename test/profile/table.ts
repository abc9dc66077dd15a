/** What came of all cases, as a table for each axis. */
import { WHOLE } from './fragments.ts';
import type { Case, Verdict } from './play.ts';

export interface Played {
  readonly one: Case;
  readonly verdict: Verdict;
}

const axes: Readonly<Record<string, (one: Case) => string>> = {
  entity: ({ entity }) => entity.name,
  encoding: ({ encoding }) => encoding.name,
  fragmentation: ({ fragmentation }) => fragmentation.name,
  carrier: ({ carrier }) => carrier.name,
  'request site': ({ site }) => site,
};

export interface Rates {
  readonly cases: number;
  readonly fidelity: number;
  readonly leakWhole: number;
  readonly leakPieces: number;
  readonly deltaFrag: number;
  readonly overMask: number;
  readonly respelled: number;
  readonly inconclusive: number;
}

/** Of those that tell; NaN of none, which passes nothing. */
function rate(of: readonly Played[], key: 'restored' | 'respelled' | 'leaked' | 'altered'): number {
  const telling = of.filter(({ verdict }) => verdict[key] !== undefined);
  return telling.filter(({ verdict }) => verdict[key]).length / telling.length;
}

export function ratesOf(played: readonly Played[]): Rates {
  const isWhole = ({ one }: Played) => one.fragmentation.name === WHOLE;
  const leakWhole = rate(played.filter(isWhole), 'leaked');
  const leakPieces = rate(
    played.filter((each) => !isWhole(each)),
    'leaked',
  );
  return {
    cases: played.length,
    fidelity: rate(played, 'restored'),
    leakWhole,
    leakPieces,
    deltaFrag: leakPieces - leakWhole,
    overMask: rate(played, 'altered'),
    respelled: rate(played, 'respelled'),
    inconclusive: played.filter(({ verdict }) => verdict.inconclusive !== undefined).length,
  };
}

const HEAD = [
  'cases',
  'Fidelity',
  'Leak whole',
  'Leak frag.',
  'DeltaFrag',
  'OverMask',
  'Respelled',
  'inconcl.',
];
const shown = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(3));
const cells = (rates: Rates): string[] => {
  const { cases, inconclusive, ...shares } = rates;
  return [String(cases), ...Object.values(shares).map(shown), String(inconclusive)];
};

const row = (name: string, columns: readonly string[]): string =>
  name.padEnd(42) + columns.map((column) => column.padStart(11)).join('');

export function tables(played: readonly Played[]): string {
  const lines = Object.entries(axes).flatMap(([axis, nameOf]) => {
    const slices = new Map<string, Played[]>();
    for (const each of played) slices.set(nameOf(each.one), [...(slices.get(nameOf(each.one)) ?? []), each]);
    return [row(axis, HEAD), ...[...slices].map(([name, all]) => row(`  ${name}`, cells(ratesOf(all)))), ''];
  });
  return [...lines, row('all', HEAD), row('', cells(ratesOf(played)))].join('\n');
}

/** A case that went wrong, in one line. */
export const failureOf = ({ one, verdict }: Played): string | undefined => {
  const wrong = [
    verdict.inconclusive,
    verdict.restored === false && 'not restored',
    verdict.leaked && 'leaked',
    verdict.altered && 'altered',
  ].filter((what) => what);
  if (wrong.length === 0) return undefined;
  const where = Object.values(axes).map((nameOf) => nameOf(one));
  return `${wrong.join(', ')}: ${where.join(' · ')}`;
};

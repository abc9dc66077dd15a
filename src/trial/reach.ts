/** Which masks and rules reach each position of each wire: seen on canaries, by the very flow that `serve` runs. */
import type { Leaf, MaskForm, Stage, Unit } from '../exchange.ts';
import type { Teller } from '../fixture.ts';
import { fieldsFor } from '../policy/fields.ts';
import type { Witnessed } from '../policy/govern.ts';
import { textOf } from '../policy/leaf.ts';
import type { Merged } from '../policy/merge.ts';
import type { Policy } from '../policy/policy.ts';
import { type Canary, canaries } from './canaries.ts';
import { positionIn } from './canary-values.ts';
import { type Court, openTrial } from './decide.ts';
import { type Item, itemsOf } from './items.ts';

export interface Reached {
  readonly wire: Teller;
  readonly path: string;
  readonly way: 'request' | 'answer' | 'stream';
  readonly position: string;
  /** A signature covers it: it is looked at, and never altered. */
  readonly signed?: true;
  /** Undefined where nothing read it: because the exchange was refused before, or as a hole. */
  readonly stage?: Stage;
  /** The code of the refusal that came before it. */
  readonly refused?: string;
  readonly masks: readonly {
    readonly entity: string;
    readonly group: string;
    readonly form: MaskForm;
    readonly rule: string;
  }[];
  /** The rows of the mask table that hold there, whatever is found. */
  readonly rows: readonly string[];
  /** Entities that were found and are let pass. */
  readonly kept: readonly string[];
  /** Rules and rows that were asked, whatever they said; `risk` where it is counted. */
  readonly rules: readonly string[];
}

export const reachOf = (policy: Policy, hash: Court['hash']): Reached[] =>
  canaries().flatMap((canary) => reachedBy(canary, policy, hash));

/** The masks and rules that reach no position, whatever tool is called. */
export function nowhere(
  policy: Policy,
  merged: Merged,
  hash: Court['hash'],
  reached = reachOf(policy, hash),
): Item[] {
  const called = canaries().filter(({ wire }) => wire === 'openai');
  const tried = toolsIn(merged).flatMap((tool) =>
    called.flatMap((canary) => reachedBy(callingTool(canary, tool), policy, hash)),
  );
  const names = new Set([...reached, ...tried].flatMap(({ rows, rules }) => [...rows, ...rules]));
  return itemsOf(policy, merged).filter(
    ({ kind, name }) => ['rule', 'row', 'mask'].includes(kind) && !names.has(name),
  );
}

/** A name for each pattern that the policy has for tools. One that no wire could tell as it is matches none. */
const toolsIn = ({ value: { tools, mask } }: Merged): string[] =>
  [tools, mask?.fields]
    .flatMap((table) => Object.keys(table ?? {}))
    .map((pattern) => pattern.replaceAll('*', 'xyz').replaceAll('?', 'x'))
    .filter((name) => JSON.stringify(name) === `"${name}"`);

function callingTool(canary: Canary, tool: string): Canary {
  const { recording } = canary;
  const calling = <T extends { readonly body: string }>(message: T): T => ({
    ...message,
    body: message.body.replaceAll('lookup', () => tool),
  });
  const { request, response } = recording;
  return {
    ...canary,
    recording: {
      ...recording,
      request: calling(request),
      ...(response ? { response: calling(response) } : {}),
    },
  };
}

function reachedBy(canary: Canary, policy: Policy, hash: Court['hash']): Reached[] {
  const seen = new Map<string, Reading>();
  const witness = (witnessed: Witnessed): void => {
    for (const [position, reading] of readingsIn(canary, policy, witnessed)) seen.set(position, reading);
  };
  const recording = { ...canary.recording, connection: connectionFor(canary, policy) };
  const caller = callerFor(recording.connection, policy);
  const { codes } = openTrial({ policy, hash, caller, witness, answer: 'allow' })(recording);
  const place = { wire: canary.wire, path: canary.path, way: wayOf(canary) };
  return canary.positions.map((position) => ({
    ...place,
    position,
    ...(seen.get(position) ?? { ...NOTHING, ...(codes[0] ? { refused: codes[0] } : {}) }),
  }));
}

/** Somebody who may use the connection. */
const callerFor = (connection: string, { connections }: Policy) => ({
  subject: 'canary',
  groups: connections.get(connection)?.groups ?? [],
});

type Reading = Pick<Reached, 'stage' | 'signed' | 'masks' | 'rows' | 'kept' | 'rules'>;

const NOTHING = { masks: [], rows: [], kept: [], rules: [] } as const;

const wayOf = ({ recording: { id } }: Canary): Reached['way'] =>
  id.endsWith('stream') ? 'stream' : id.endsWith('answer') ? 'answer' : 'request';

/** The policy's own connection to the provider, where it has one. */
function connectionFor({ recording: { connection, provider } }: Canary, { connections }: Policy): string {
  const own = [...connections.values()].find((each) => each.provider === provider);
  return connections.get(connection)?.provider === provider ? connection : (own?.name ?? connection);
}

function readingsIn(canary: Canary, policy: Policy, witnessed: Witnessed): [string, Reading][] {
  return witnessed.exchange.units.flatMap((unit, index) =>
    unit.leaves.flatMap((leaf, at): [string, Reading][] => {
      const position = positionIn(textOf(leaf));
      if (position === undefined || !canary.positions.includes(position)) return [];
      return [[position, readingOf(policy, witnessed, { unit, index, leaf, at })]];
    }),
  );
}

interface Place {
  readonly unit: Unit;
  readonly index: number;
  readonly leaf: Leaf;
  readonly at: number;
}

function readingOf(
  policy: Policy,
  { exchange, decisions, judgements }: Witnessed,
  { unit, index, leaf, at }: Place,
): Reading {
  const masks = leaf.fixed ? [] : decisions[index]!.masks.filter((mask) => mask.leaf === at);
  const isMasked = ({ start, end }: { start: number; end: number }): boolean =>
    masks.some((mask) => mask.start < end && start < mask.end);
  const kept = exchange.matches[index]![at]!.filter((match) => !isMasked(match));
  return {
    stage: unit.stage,
    ...(leaf.fixed ? { signed: true as const } : {}),
    masks: masks.map(({ entity, form, rule }) => ({
      entity,
      group: policy.masks.groupOf(entity),
      form,
      rule,
    })),
    rows: leaf.fixed ? [] : rowsFor(policy, unit),
    kept: [...new Set(kept.map(({ entity }) => entity))],
    rules: [
      ...new Set([
        ...rowOf(policy, unit),
        ...judgements[index]!.map(({ clause }) => clause.rule),
        ...riskOf(policy),
      ]),
    ],
  };
}

/** Of the table, for any entity; of fields, for the unit's tool. */
const rowsFor = ({ masks }: Policy, unit: Unit): string[] => {
  const rows = masks.entities.flatMap((entity) => masks.row(unit.stage, entity, unit.towards) ?? []);
  return [...new Set([...rows, ...fieldsFor(masks.fields, unit)].map(({ rule }) => rule))].sort();
};

const rowOf = (policy: Policy, { stage, tool }: Unit): string[] => {
  const row = stage === 'tool_call' && tool ? policy.tools(tool.name) : undefined;
  return row ? [row.rule] : [];
};

const riskOf = ({ risk }: Policy): string[] => (risk ? ['risk'] : []);

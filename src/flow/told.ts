/** A recording unit by unit, for people to read: what stood where, on the way to the model and back. */
import type { Recording, Stage, Unit } from '../exchange.ts';
import { textOf } from '../policy/leaf.ts';
import { generic } from '../wire/generic.ts';
import { parseJson } from '../wire/json-parse.ts';
import { route } from '../wire/route.ts';
import { type Dialect, frame } from './framing.ts';

export interface ToldUnit {
  readonly stage: Stage;
  readonly path: string;
  readonly tool?: string;
  /** A tool's description, a call's arguments or a result as JSON, or the texts: masked, as they were recorded. */
  readonly text: string;
}

/** What cannot be read is told as one text. */
export function toldUnits(recording: Recording): readonly ToldUnit[] {
  const { request, response } = recording;
  const dialect = dialectOf(recording);
  const sent = dialect.reading?.units.map(toldUnit) ?? unread('prompt', request.body);
  if (!response) return sent;
  return [...sent, ...(answered(dialect, response)?.map(toldUnit) ?? unread('response', response.body))];
}

/** The units themselves: nothing of what cannot be read. */
export function unitsIn(recording: Recording): readonly Unit[] {
  const dialect = dialectOf(recording);
  const sent = dialect.reading?.units ?? [];
  return recording.response ? [...sent, ...(answered(dialect, recording.response) ?? [])] : sent;
}

const limits: Dialect['law'] = { policy: { limits: { depth: 1000 } } };

function dialectOf({ provider, request }: Recording): Dialect {
  const { method, path, body } = request;
  const found = route(provider, method, path.split('?')[0]!, []);
  const codec = found.kind === 'unlisted' ? generic : found.codec;
  const bytes = Buffer.from(body);
  try {
    const doc = parseJson(bytes, { chunk: {} }, limits.policy.limits);
    return {
      codec,
      head: request,
      law: limits,
      reading: codec.readRequest(doc, { ...limits.policy.limits, path }),
    };
  } catch {
    return { codec, head: request, law: limits, reading: undefined };
  }
}

function answered(
  dialect: Dialect,
  response: NonNullable<Recording['response']>,
): readonly Unit[] | undefined {
  try {
    return frame(dialect, response, Buffer.from(response.body)).reading.units;
  } catch {
    return undefined;
  }
}

const unread = (stage: Stage, text: string): ToldUnit[] => (text === '' ? [] : [{ stage, path: '', text }]);

function toldUnit(unit: Unit): ToldUnit {
  const { stage, path, tool } = unit;
  return { stage, path, ...(tool ? { tool: tool.name } : {}), text: wordsOf(unit) };
}

function wordsOf({ stage, tool, leaves, values }: Unit): string {
  if (stage === 'tool_definition') return tool?.description ?? '';
  return values ? JSON.stringify(values()[0], bigintAsText) : leaves.map((leaf) => textOf(leaf)).join('\n');
}

const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;

/** What people would read in a recording, without ids and places: for comparing one telling with another. */
import type { RecordedDecision, Recording } from '../../src/exchange.ts';
import { type ToldUnit, toldUnits } from '../../src/flow/told.ts';
import type { Lived } from './scene.ts';

export interface Told {
  readonly stage: string;
  readonly tool: string | undefined;
  readonly text: string;
}

const unitsOf = (units: readonly ToldUnit[]): Told[] =>
  units.filter(({ text }) => text !== '').map(({ stage, tool, text }) => ({ stage, tool, text }));

/** The units of a request, as the model reads it. */
export const readRequest = (recording: Recording, body: string): Told[] => {
  const { response: _, ...asked } = recording;
  return unitsOf(toldUnits({ ...asked, request: { ...recording.request, body } }));
};

/**
 * An answer as the app reads it: its text, and its calls in order. Texts side by side are one text, since a stream does
 * not say where one ends, and Chat Completions has one place for all of them.
 */
export const readAnswer = (recording: Recording, { type, toApp }: Pick<Lived, 'type' | 'toApp'>) => {
  const silent = { ...recording, request: { ...recording.request, body: '{}' } };
  const response = { ...recording.response!, headers: { 'content-type': type }, body: toApp };
  const units = unitsOf(toldUnits({ ...silent, response }));
  const texts = units.filter(({ stage }) => stage === 'response').map(({ text }) => text);
  return {
    text: texts.join('').replace(/\s/g, ''),
    calls: units.filter(({ stage }) => stage === 'tool_call'),
  };
};

/** A decision as any provider's telling has it: what was masked by entity, not by place. */
export const decisionsOf = (decisions: readonly RecordedDecision[]): string[] =>
  decisions.map(({ stage, tool, effect, rules, risk, approval, masked, refused }) => {
    const entities = masked.map(({ entity, form, rule }) => `${entity} ${form} ${rule}`);
    return JSON.stringify({ stage, tool, effect, rules, risk, approval, entities, code: refused?.code });
  });

/** `fcgate replay`: a recorded session as it went, or decided again. */
import type { Command } from '@commander-js/extra-typings';
import type { ChalkInstance } from 'chalk';
import { escapeText } from '../../escape.ts';
import type { RecordedDecision, Recording } from '../../exchange.ts';
import { type ToldUnit, toldUnits } from '../../flow/told.ts';
import { openHome } from '../../record/home.ts';
import { keyedHash, loadKeys } from '../../record/keys.ts';
import { decideAll, type Trial } from '../../trial/decide.ts';
import type { Context } from '../context.ts';
import { paint, paintEffect } from '../paint.ts';
import { goodPolicy, namePolicy } from '../policy-file.ts';
import { moment, toldDecision } from '../told.ts';
import { withSessions } from './sessions.ts';

export function define(command: Command, context: Context): void {
  command
    .argument('<session>', 'its id, the beginning of its id, or its label')
    .option('--decide', 'decide it again, and say what is different (implied by --policy)')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  fcgate replay 01J8\n  fcgate replay 01J8 --policy stricter.yaml')
    .action((name, options) => replay(context, name, options));
}

interface ReplayOptions {
  readonly decide?: true;
  readonly json?: true;
}

async function replay(context: Context, name: string, { decide, json }: ReplayOptions): Promise<void> {
  const recordings = await withSessions(context, async (sessions) =>
    sessions.read((await sessions.find(name)).id),
  );
  if (decide || context.policy !== undefined) return decideAgain(context, recordings, json);
  if (json) return context.printJson(recordings);
  const chalk = paint(context);
  let before: readonly ToldUnit[] = [];
  for (const recording of recordings) {
    const units = toldUnits(recording);
    for (const line of toldRecording(recording, units, before, chalk)) context.print(line);
    before = units;
  }
}

/** The exchange as it went, each decision beside the unit that it decided. What it repeats is only counted. */
function toldRecording(
  recording: Recording,
  units: readonly ToldUnit[],
  before: readonly ToldUnit[],
  chalk: ChalkInstance,
): string[] {
  const { id, at, connection, caller, request, response, refused, decisions, findings } = recording;
  const ending = refused ? `refused: ${refused.message}` : `answered ${response?.status ?? 'nothing'}`;
  const places = new Set(units.map(placeOf));
  const beside = (place: string): string[] =>
    decisions
      .filter((decision) => placeOf(decision) === place)
      .map((decision) => toldBeside(decision, chalk));
  const known = new Set(before.filter(isPast).map(contentOf));
  const fresh = units.filter((unit) => !known.has(contentOf(unit)) || beside(placeOf(unit)).length > 0);
  return [
    chalk.bold(
      escapeText(`── ${moment(at)}  ${connection}  ${request.method} ${request.path}  ${caller}  ${id}`),
    ),
    ...(fresh.length < units.length
      ? [chalk.dim(`   (${units.length - fresh.length} units as before)`)]
      : []),
    ...fresh.flatMap((unit) => [...toldUnit(unit), ...beside(placeOf(unit))]),
    ...decisions
      .filter((decision) => !places.has(placeOf(decision)))
      .flatMap((decision) => [...toldUnit({ ...decision, text: '' }), toldBeside(decision, chalk)]),
    escapeText(`   ${ending}, ${findings.length} findings`),
  ];
}

const placeOf = ({ stage, path }: Pick<ToldUnit, 'stage' | 'path'>): string => `${stage} ${path}`;

/** An answer is always new. */
const isPast = ({ stage }: ToldUnit): boolean => stage !== 'response' && stage !== 'tool_call';

const contentOf = (unit: ToldUnit): string => JSON.stringify([unit.stage, unit.path, unit.tool, unit.text]);

const toldUnit = ({ stage, tool, path, text }: ToldUnit): string[] => [
  escapeText(`   ${[stage, tool].filter(Boolean).join(' ')}  ${path}`.trimEnd()),
  ...(text === '' ? [] : text.split('\n').map((line) => escapeText(`      ${line}`))),
];

const toldBeside = (decision: RecordedDecision, chalk: ChalkInstance): string =>
  paintEffect(chalk, decision.effect, escapeText(`      └ ${toldDecision(decision)}`));

async function decideAgain(context: Context, recordings: readonly Recording[], json = false): Promise<void> {
  const policy = goodPolicy(context);
  const { surrogate } = await loadKeys(openHome(context.env).keys);
  const changes = decideAll(recordings, { policy, hash: keyedHash(surrogate) }).flatMap(changesOf);
  if (changes.length > 0) context.exitWith(1);
  if (json) return context.printJson({ policy: policy.hash, changes });
  for (const { exchange, stage, path, tool, before, after } of changes) {
    context.print(escapeText(`${exchange}  ${tool ?? stage}  ${path}`));
    context.print(escapeText(`   was  ${before}`));
    context.print(escapeText(`   now  ${after}`));
  }
  const exchanges = `${recordings.length} exchanges under ${namePolicy(policy)}`;
  context.print(
    changes.length === 0
      ? `The same decisions: ${exchanges}.`
      : `${changes.length} decisions differ: ${exchanges}.`,
  );
}

interface Change extends Pick<RecordedDecision, 'stage' | 'path' | 'tool'> {
  readonly exchange: string;
  readonly before: string;
  readonly after: string;
}

/** What was decided otherwise. Units that nothing is told of were allowed. */
function changesOf({ recording, decisions }: Trial): Change[] {
  const before = byPlace(recording.decisions);
  const after = byPlace(decisions);
  const places = new Set([...before.keys(), ...after.keys()]);
  return [...places].flatMap((place) => {
    const [was, now] = [before.get(place), after.get(place)];
    const { stage, path, tool } = (was ?? now)!;
    const words = { before: toldAgain(was), after: toldAgain(now) };
    const where = { exchange: recording.id, stage, path, ...(tool === undefined ? {} : { tool }) };
    return words.before === words.after ? [] : [{ ...where, ...words }];
  });
}

const byPlace = (decisions: readonly RecordedDecision[]): Map<string, RecordedDecision> =>
  new Map(decisions.map((decision) => [placeOf(decision), decision]));

/** Without what people made of it: that is not asked again. */
const toldAgain = (decision: RecordedDecision | undefined): string => {
  if (!decision) return 'allow';
  const { refused: _, ...decided } = decision;
  return toldDecision(decided);
};

/** `fcgate audit`: what was decided, and whether anybody changed the record of it. */
import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import type { Grant } from '../../approval/grants.ts';
import { escapeText, safeJson } from '../../escape.ts';
import type { RecordedDecision } from '../../exchange.ts';
import type { AuditEntry } from '../../flow/steps.ts';
import { type AuditRecord, readAudit } from '../../record/audit-tail.ts';
import { type AuditProblem, verifyAudit } from '../../record/audit-verify.ts';
import { openHome } from '../../record/home.ts';
import { loadKeys } from '../../record/keys.ts';
import type { Context } from '../context.ts';
import { toldDecision } from '../told.ts';

export function define(command: Command, context: Context): void {
  command.addHelpText('after', '\nExamples:\n  fcgate audit tail --follow\n  fcgate audit verify');
  command
    .command('tail')
    .description('the last entries of the audit')
    .option('--lines <count>', 'how many', count, 10)
    .option('--follow', 'go on with what is written from now on')
    .option('--json', 'print each entry as a line of JSON')
    .addHelpText('after', '\nExample:\n  fcgate audit tail --lines 20 --follow')
    .action((options) => tail(context, options));
  command
    .command('verify')
    .description('check that the audit is whole and unchanged')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  fcgate audit verify')
    .action(({ json }) => verify(context, json));
}

function count(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number.');
}

interface TailOptions {
  readonly lines: number;
  readonly follow?: true;
  readonly json?: true;
}

async function tail({ env, print }: Context, { lines, follow, json }: TailOptions): Promise<void> {
  const untilInterrupted = follow && { follow: new AbortController().signal };
  for await (const entry of readAudit(openHome(env).audit, { last: lines, ...untilInterrupted })) {
    print(json ? safeJson(entry) : told(entry));
  }
}

async function verify(context: Context, json = false): Promise<void> {
  const home = openHome(context.env);
  const report = await verifyAudit(home.audit, (await loadKeys(home.keys)).audit);
  if (!report.ok) context.exitWith(1);
  if (json) return context.printJson(report);
  for (const problem of [...report.problems, ...report.remarks]) context.print(toldProblem(problem));
  const extent = `${report.entries} entries in ${report.files} files`;
  context.print(report.ok ? `The audit is whole: ${extent}.` : `The audit is broken: ${extent}.`);
}

const toldProblem = ({ file, line, what }: AuditProblem): string => escapeText(`${file}:${line}: ${what}`);

/** One entry in a line: when, what was decided, for whom, and why. */
function told({ at, seq, ...rest }: AuditRecord): string {
  const { event, direction, effect, connection, exchange, caller, refused, decisions = [] } = rest as Entry;
  const what = event ?? `${direction === 'to_app' ? '←' : '→'} ${refused?.code ?? effect}`;
  const place = [connection, exchange, caller, ...decisions.map(toldPlace)];
  const parts = [at, `#${seq}`, what, ...place, ...toldDesk(rest as Partial<DeskTold>)];
  return escapeText(parts.filter(Boolean).join('  '));
}

/** An entry about an exchange, or an event of the audit itself. */
type Entry = Partial<AuditEntry> & { readonly event?: string };

/** What an event of the desk says beside: of which question, how it ended, who said so, and why. */
interface DeskTold {
  readonly question: string;
  readonly tool: string;
  readonly state: string;
  readonly by: string;
  readonly reason: string;
  readonly path: string;
  readonly edited: readonly string[];
  readonly grant: string | Grant;
}

function toldDesk({ question, tool, state, by, reason, path, edited, grant }: Partial<DeskTold>): string[] {
  if (question === undefined && grant === undefined) return [];
  const named = typeof grant === 'string' ? grant : grant && `${grant.id} for ${grant.tool}`;
  const who = by ?? (typeof grant === 'object' ? grant.by.subject : undefined);
  return [
    question && `question ${question}`,
    tool,
    state,
    who && `by ${who}`,
    named && `grant ${named}`,
    path,
    edited && `edited ${edited.join(', ')}`,
    reason && `(${reason})`,
  ].flatMap((part) => part || []);
}

const toldPlace = (decision: RecordedDecision): string =>
  `[${decision.tool ?? decision.stage} ${decision.path}: ${toldDecision(decision)}]`;

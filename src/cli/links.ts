/** How a command reaches the gateways that run: which of them holds a question, and how it is told who asks. */
import type { Pending } from '../approval/desk.ts';
import { type Link, visitAll } from '../control/visitor.ts';
import { FcgateError } from '../errors.ts';
import { escapeText } from '../escape.ts';
import { openHome } from '../record/home.ts';
import { ask } from './ask.ts';
import type { Context } from './context.ts';

/** Links to all of them for one command; throws where none runs. */
export async function withLinks<T>(
  { env, warn }: Context,
  use: (links: readonly Link[]) => Promise<T>,
): Promise<T> {
  const { links, faults } = await visitAll(openHome(env).control);
  try {
    if (links.length === 0 && faults[0]) throw faults[0];
    for (const { message } of faults) warn(`warning: ${escapeText(message)}`);
    if (links.length === 0)
      throw new FcgateError('not_found', 'No gateway runs under this home. Start one: fcgate serve');
    return await use(links);
  } finally {
    for (const link of links) link.close();
  }
}

export interface HeldAt {
  readonly link: Link;
  readonly pending: Pending;
}

export const allHeld = async (links: readonly Link[]): Promise<HeldAt[]> =>
  (
    await Promise.all(links.map(async (link) => (await link.pending()).map((pending) => ({ link, pending }))))
  ).flat();

const shortestId = 4;

/** The one question whose id is that, or begins so. */
export async function heldAt(links: readonly Link[], id: string): Promise<HeldAt> {
  // What a script left empty would fit whichever question waits.
  if (id.length < shortestId)
    throw new FcgateError('usage', `Write at least ${shortestId} characters of the question's id.`);
  const found = (await allHeld(links)).filter(({ pending }) => pending.question.id.startsWith(id));
  const [one, another] = found;
  if (!one) throw new FcgateError('not_found', `No question ${JSON.stringify(id)} waits: it may be over.`);
  if (another)
    throw new FcgateError('usage', `Several questions begin with ${JSON.stringify(id)}: write more of it.`);
  return one;
}

/** Gives the gateway its code, where it wants one: that of `--code`, or what is typed. */
export async function pair(context: Context, link: Link, given: string | undefined): Promise<void> {
  if (!link.pairing) return;
  const paired = await link.pair(given ?? (await typedCode(context, link)));
  if (paired === 'paired') return;
  const why =
    paired === 'wrong'
      ? 'That is not the code that the gateway’s own screen shows.'
      : 'Too many wrong codes: this gateway takes none any more; answer at its own screen.';
  throw new FcgateError('not_found', why);
}

async function typedCode(context: Context, { url }: Link): Promise<string> {
  if (!context.stdin.isTTY)
    throw new FcgateError('usage', `The gateway on ${url} shows a pairing code: give it with --code.`);
  return ask(context, `Pairing code, as the gateway on ${url} shows it: `);
}

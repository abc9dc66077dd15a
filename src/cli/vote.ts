/** One word on one question, said from another terminal. */
import type { Vote, Voted } from '../approval/vote.ts';
import { FcgateError } from '../errors.ts';
import { escapeText } from '../escape.ts';
import type { Context } from './context.ts';
import { heldAt, pair, withLinks } from './links.ts';

export const questionArgument = 'its id, or the beginning of its id';
export const codeOption = ['--code <code>', 'the pairing code that the gateway’s own screen shows'] as const;

export const vote = (
  context: Context,
  id: string,
  said: Vote,
  { code }: { readonly code?: string | undefined },
): Promise<void> =>
  withLinks(context, async (links) => {
    const { link, pending } = await heldAt(links, id);
    await pair(context, link, code);
    const { question } = pending;
    const voted = await link.vote(question.id, said);
    if (typeof voted === 'object') throw new FcgateError('usage', voted.fault);
    if (voted !== 'settled' && voted !== 'counted') throw refused[voted];
    const what = escapeText(`${question.tool ?? question.decision.stage} on ${question.connection}`);
    const word = said.allow ? 'Approved' : 'Denied';
    context.note(voted === 'counted' ? `Counted: others have to agree to ${what}.` : `${word}: ${what}.`);
  });

const refused: Readonly<Record<Exclude<Voted, 'settled' | 'counted' | object>, FcgateError>> = {
  gone: new FcgateError('not_found', 'That question is over.'),
  not_yours: new FcgateError('not_found', 'This is for others to answer.'),
  reason_required: new FcgateError('usage', 'The policy asks you to say why: give --reason.'),
};

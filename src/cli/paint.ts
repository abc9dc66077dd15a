import { Chalk, type ChalkInstance } from 'chalk';
import type { Effect } from '../exchange.ts';

/** Colours for text that is escaped already; none where the context has none. */
export const paint = ({ colour }: { readonly colour: boolean }): ChalkInstance =>
  new Chalk({ level: colour ? 1 : 0 });

/** A decision's words in the colour of its effect. */
export const paintEffect = (chalk: ChalkInstance, effect: Effect, words: string): string =>
  chalk[colours[effect]](words);

const colours = { allow: 'green', mask: 'cyan', approve: 'yellow', deny: 'red' } as const;

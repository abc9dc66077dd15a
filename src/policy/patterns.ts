/** Regular expressions in conditions: of RE2's syntax, written out in the policy, each compiled once. */
import { RE2JS } from 're2js';
import type { Budget } from './bound.ts';
import { type Expr, textIn } from './expression.ts';

/** Instructions of a compiled pattern: beyond this, its repetitions are written out too often. */
const MOST_INSTRUCTIONS = 4000;

interface Matcher {
  test(text: string): boolean;
}

/** What a step of an evaluation buys: so many instructions, each at one character. */
const PER_STEP = 4096;

/**
 * An engine for the conditions of one policy. What it keeps is bounded: a pattern is never computed. At worst a match takes
 * time by the product of text and pattern, so that is its price.
 */
export function patternEngine(spend: Budget['spend']): { compile(pattern: string): Matcher } {
  const compiled = new Map<string, Matcher>();
  const matcherOf = (pattern: string): Matcher => {
    const program = RE2JS.compile(pattern);
    const size = program.programSize();
    return {
      test: (text) => {
        spend(Math.floor((size * text.length) / PER_STEP));
        return program.test(text);
      },
    };
  };
  return {
    compile(pattern) {
      const known = compiled.get(pattern) ?? matcherOf(pattern);
      compiled.set(pattern, known);
      return known;
    },
  };
}

/** What is wrong with the operand that `matches` takes for its pattern. */
export function patternFault(pattern: Expr): string | undefined {
  const text = textIn(pattern);
  if (text === undefined)
    return 'The pattern of `matches` must be written out: whoever supplies a value must not choose one that takes long.';
  try {
    return sizeOf(text) > MOST_INSTRUCTIONS ? TOO_LARGE : undefined;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return /expression too large|invalid repeat count/.test(why)
      ? TOO_LARGE
      : `This pattern cannot run in linear time (no lookaround, no back-references) or cannot be read: ${why}.`;
  }
}

const TOO_LARGE =
  'This pattern is too large: counts such as {1,1000} are written out, those within others many times over; ask for less, or write + or * instead.';

/** How many instructions a pattern is compiled to. Throws where it is none. */
export const sizeOf = (pattern: string): number => RE2JS.compile(pattern).programSize();

/** The formats in which `fcgate policy test` tells what came of it. */
import type { CaseResult } from '../../trial/cases.ts';
import type { Context } from '../context.ts';
import { json } from './json.ts';
import { pretty } from './pretty.ts';

export interface Report {
  /** The policy's file and hash, for people. */
  readonly under: string;
  /** Its hash. */
  readonly policy: string;
  readonly passed: number;
  readonly failed: number;
  readonly files: readonly { readonly file: string; readonly cases: readonly CaseResult[] }[];
}

/** Prints a report. */
export type Format = (report: Report, context: Context) => void;

export const formats = { pretty, json } satisfies Record<string, Format>;

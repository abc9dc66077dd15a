/** The formats in which `fcgate policy test` tells what came of it. Each tells a file once it is done, and keeps none. */
import type { CaseResult } from '../../trial/cases.ts';
import type { Context } from '../context.ts';
import { github } from './github.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { pretty } from './pretty.ts';
import { sarif } from './sarif.ts';
import { tap } from './tap.ts';

/** What is tested. */
export interface Tested {
  /** The policy's file and hash, for people. */
  readonly under: string;
  /** Its hash. */
  readonly policy: string;
}

export interface FileResult {
  readonly file: string;
  readonly cases: readonly CaseResult[];
  /** `line:column` of a case in the file. */
  placeOf(name: string): string;
}

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  /** Cases that need not pass yet, and do not. */
  readonly todo: number;
  readonly ms: number;
}

export interface Reporter {
  file(result: FileResult): void;
  end(summary: Summary): void;
}

export type Format = (tested: Tested, context: Context) => Reporter;

export const formats = { pretty, json, junit, tap, github, sarif } satisfies Record<string, Format>;

/** Whether it counts against the policy. */
export const isFailed = ({ passed, todo }: CaseResult): boolean => !passed && todo === undefined;

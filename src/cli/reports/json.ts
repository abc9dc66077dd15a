/** For programs. */
import type { Format } from './reports.ts';

export const json: Format = ({ policy, passed, failed, files }, context) =>
  context.printJson({ policy, passed, failed, files });

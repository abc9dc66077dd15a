/** The mask forms by strength: where two meet, the stronger holds. */
import type { MaskForm } from '../exchange.ts';

const strength: Readonly<Record<MaskForm, number>> = {
  redact: 5,
  hash: 4,
  partial: 3,
  placeholder: 2,
  surrogate: 1,
  keep: 0,
};

export const stronger = (a: MaskForm, b: MaskForm): boolean => strength[a] > strength[b];

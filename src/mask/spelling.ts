/** The other ways in which a model may write a surrogate that is a number in groups. */
import { dialled } from './phone.ts';
import { digitsOf } from './shape.ts';

const address = /^\d{1,3}(?:\.\d{1,3}){3}/;

/** A number in groups, by its letters and digits alone: models set groups as they like. */
export function otherSpellings(entity: string, surrogate: string): string[] {
  const plain = /^[A-Za-z]{0,2}[\dA-Za-z\s()+\-./]*$/.test(surrogate) && !/[A-Za-z]{5}/.test(surrogate);
  if (!plain || address.test(surrogate) || digitsOf(surrogate).length < 7) return [];
  const all = [lettersAndDigits(surrogate), ...(entity === 'PHONE_NUMBER' ? dialled(surrogate) : [])];
  return [...new Set(all)].filter((number) => number.length >= 7);
}

const lettersAndDigits = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

import { describe, expect, it } from 'vitest';
import { found } from './found.ts';

/** Numbers that look alike in several countries are called by that one's name that the words around them name. */

describe('whose a number is', () => {
  it.each([
    ['my Italian passport AA1234567', 'IT_PASSPORT:AA1234567'],
    ['passport AA1234567', 'UK_PASSPORT:AA1234567'],
    ['passaporto AA1234567', 'IT_PASSPORT:AA1234567'],
    ['Philippine TIN: 000123456', 'PH_TIN:000123456'],
    ['Polish id 02070803628', 'PL_PESEL:02070803628'],
    ['PESEL 02070803628', 'PL_PESEL:02070803628'],
  ])('is said: %s', (text, one) => {
    expect(found(text)).toEqual([one]);
  });

  it.each([
    'our German office, room 123456789',
    'the Turkish order 12345678901',
    'the French branch took 732829320',
    'a Dutch table of 111222333 rows',
    'Polish id 02070803627',
  ])('makes nothing of what is no number of its own: %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

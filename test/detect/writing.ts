import fc from 'fast-check';
import { samples } from './samples.ts';

/** Pieces of text that values, halves of values and what stands around them make up. */
export const writing = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...samples) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...samples)
      .chain((value) => fc.nat(value.length).map((n) => value.slice(0, n))),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ' ',
      ' ',
      '\n',
      ', ',
      '"',
      ': ',
      '=',
      '-',
      '.',
      '/',
      '@',
      '_',
      '://',
      '::',
      'x',
      'é',
      '日本',
      '订单已经发货，',
      '“你好”',
      'ทดสอบ',
      '","',
      '":"',
      '\\","',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'call me at ',
      'call',
      'is',
      'tel',
      '密码：',
      '密码是',
      'パスワードは',
      'password: 密码',
      'https://用户:',
      'ann@例子',
      'ssn ',
      'card no. ',
      'order ',
      'iban ',
      'secret_key',
      'version ',
      'token',
    ),
  },
  { weight: 1, arbitrary: fc.stringMatching(/^[0-9 .()+-]{1,16}$/) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);

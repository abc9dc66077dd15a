import { expect, it } from 'vitest';
import { compileDetectors, detect } from '../../src/detect/detect.ts';
import { samples } from './samples.ts';

/** Nothing is quadratic: twice the text takes about twice the time, whatever the text. */

const hostile: readonly (readonly [what: string, unit: string])[] = [
  ['at signs', '@'],
  ['names without a host', 'a@'],
  ['hosts without an end', 'a@b.'],
  ['one letter', 'A'],
  ['one digit', '1'],
  ['digits and spaces', '1 '],
  ['international beginnings', '+1 2 3 4 5 '],
  ['groups of three', '555 '],
  ['colons', ':'],
  ['hex and colons', '1a:'],
  ['hosts', '1.2.3.'],
  ['URLs', 'a://b:'],
  ['database URLs', 'redis://a:b/'],
  ['headers of tokens', '.eyJ'],
  ['headers of tokens that decode', '.eyJhbGciOiJIUzI1NiJ9'],
  ['beginnings of keys', `-----BEGIN ${'PRIVATE'} KEY-----`],
  ['dashes', '-----BEGIN '],
  ['prefixes', 'sk-'],
  ['prefixes with digits', 'sk-1a-'],
  ['names', 'secret_key='],
  ['names and no value', 'password: '],
  ['names and quotes', 'api_key="'],
  ['names in a row', 'token_secret-key.'],
  ['telling words', 'SECRET key '],
  ['lines of base64', `${'Zm9vYmFyQ1'.repeat(6)}Abcd\n`],
  ['lines of a log', `-----BEGIN ${'PRIVATE'} KEY-----\n12:00 #1 \n`],
  ['users of curl', 'curl -u a:b '],
  ['options', ' -u'],
  ['salts', '$6$a$'],
  ['schemes', 'Bearer '],
  ['accounts', 'DE89 '],
  ['wallets', '1A '],
  ['quotes', '"@'],
  ['words of context', 'call me phone '],
  ['escapes without a space', '\\u0041'],
  ['escapes in escapes in escapes', '%25255c'],
  ['line breaks before values', '\\na@b.co'],
  ['line breaks before values, apart', `\\na@b.co ${'x'.repeat(500)} c@d.co `],
  ['entities', '&#49;'],
  ['entities without an end', '&#'],
  ['base64 of a value', 'YUBiLmNvIGFAYi5jbyBh'],
  ['humps', 'aB1-'],
  ['wide digits', '１'],
  ['joiners', '1\u2060'],
  ['long fractions', '4.111111111111111e'],
  ['plus signs', '+ '],
  ['base64', 'Zm9vYmFy+/'],
  ['values', `${samples.join(' ')} `],
];

const builtIn = compileDetectors([{ entity: 'X', pattern: '(a+)+b', words: ['aa aa'] }]);

/** CPU time in milliseconds: the machine may be busy with other things. */
function cost(bytes: Buffer, detectors = builtIn): number {
  const before = process.cpuUsage();
  detect(detectors, bytes, 0, bytes.length);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Half a megabyte of a unit, and a whole one; a machine that was busy gets another try. */
function double(unit: string, detectors = builtIn): void {
  const half = Buffer.from(unit.repeat(Math.ceil(500_000 / unit.length)));
  const whole = Buffer.concat([half, half]);
  cost(half.subarray(0, 50_000), detectors);
  let [one, two] = [cost(half, detectors), cost(whole, detectors)];
  for (let again = 0; again < 6 && !isLinear(one, two); again++) {
    one = Math.min(one, cost(half, detectors));
    two = Math.min(two, cost(whole, detectors));
  }
  expect(isLinear(one, two), `${two.toFixed(0)} ms for 1 MB, ${one.toFixed(0)} ms for half of it`).toBe(true);
}

it.each(hostile)('%s', { timeout: 60_000 }, (_, unit) => double(unit));

/** Of a policy's own, and what slows it down where it can be slowed down. */
const patterns: readonly (readonly [pattern: string, unit: string])[] = [
  ['(a+)+b', 'a'],
  ['(x+x+)+y', 'x'],
  ['(a|aa)+b', 'a'],
  ['a.*b|a', 'a'],
  ['a(?:.*b)?', 'a '],
  ['BEGIN[\\s\\S]*?END|\\d{4}', 'BEGIN1234'],
  ['\\d(?:\\d*\\b)?', '1'],
  ['(?:[a-z0-9-]+\\.)+corp', 'a.'],
  ['[ab]*a[ab]{200}x', 'abbabaaab'],
  ['(?i)(?:ab|a|b){1,9}z', 'ab'],
  ['a(?:.{0,20}b)?', 'a'],
  ['\\w+@\\w+\\.\\w+', 'a@'],
  ['.*x', 'y'],
];

it.each(patterns)('a policy’s own: %s', { timeout: 60_000 }, (pattern, unit) =>
  double(unit, compileDetectors([{ entity: 'X', pattern, score: 1 }])),
);

it('word lists whose phrases begin alike', { timeout: 60_000 }, () => {
  const words = Array.from({ length: 20 }, (_, i) => `the ${i}`);
  double('the ', compileDetectors([{ entity: 'X', words }]));
});

const isLinear = (one: number, two: number): boolean => two < one * 3 + 50 && two < 15_000;

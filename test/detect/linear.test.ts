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
  ['accounts', 'DE89 '],
  ['wallets', '1A '],
  ['quotes', '"@'],
  ['words of context', 'call me phone '],
  ['plus signs', '+ '],
  ['base64', 'Zm9vYmFy+/'],
  ['values', `${samples.join(' ')} `],
];

const detectors = compileDetectors([{ entity: 'X', pattern: '(a+)+b', words: ['aa aa'] }]);

/** The best of some runs, in CPU time: the machine may be busy with other things. */
function cost(bytes: Buffer): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const before = process.cpuUsage();
    detect(detectors, bytes, 0, bytes.length);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, user + system);
  }
  return best / 1000;
}

it.each(hostile)('%s', { timeout: 60_000 }, (_, unit) => {
  const half = Buffer.from(unit.repeat(Math.ceil(500_000 / unit.length)));
  const whole = Buffer.concat([half, half]);
  cost(half.subarray(0, 50_000));
  const [one, two] = [cost(half), cost(whole)];
  expect(two, `${two.toFixed(0)} ms for 1 MB, ${one.toFixed(0)} ms for half of it`).toBeLessThan(
    one * 3 + 50,
  );
  expect(two).toBeLessThan(4000);
});

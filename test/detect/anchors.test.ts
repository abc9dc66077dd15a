import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anchorsOf, type NextAnchor, nextAnchor } from '../../src/detect/anchors.ts';
import type { Text } from '../../src/detect/bytes.ts';
import { textIn } from '../../src/detect/bytes.ts';
import { writing } from './writing.ts';

const place = { key: '', about: '', least: 0 };

/** All places, where the scan goes on `step` bytes behind each. */
function placesBy(next: NextAnchor, { start, end }: Text, step: number): number[] {
  const places: number[] = [];
  for (let at = next(start); at < end; at = next(at + step)) places.push(at);
  return places;
}

function agree(text: Text, step = 1): void {
  const plain: NextAnchor = (at) => nextAnchor(text, at);
  expect(placesBy(anchorsOf(text), text, step)).toEqual(placesBy(plain, text, step));
}

it('stops in a long text where the plain pass stops, whatever stands around it', () => {
  fc.assert(
    fc.property(
      fc.array(writing, { minLength: 8, maxLength: 60 }),
      fc.nat(20),
      fc.nat(20),
      fc.integer({ min: 1, max: 40 }),
      (parts, before, behind, step) => {
        const bytes = Buffer.from(parts.join(''));
        agree({ ...textIn(place, bytes, bytes.length - behind), start: before }, step);
      },
    ),
    { numRuns: 500 },
  );
});

it('stops so for all bytes there are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 400 }), (bytes) => {
      agree(textIn(place, Buffer.from(bytes)));
    }),
  );
});

it('stops so where one block of the text ends and the next begins', () => {
  const value = 'ghp_ mail a.b@c.org +31 20 624 1111, password: x';
  for (let shift = 0; shift <= value.length; shift++) {
    const bytes = Buffer.from(`${'. '.repeat((0x8000 - shift) / 2)}${value} ${'. '.repeat(0x4000)}${value}`);
    agree(textIn(place, bytes));
  }
});

it('goes on where it was when another text was passed over in between', () => {
  const [one, other] = ['mail a.b@c.org or 123-456 '.repeat(9), 'key=value https://x.org/7 '.repeat(9)].map(
    (text) => textIn(place, Buffer.from(text)),
  );
  const [first, second] = [anchorsOf(one!), anchorsOf(other!)];
  const places: number[] = [];
  for (let at = first(0); at < one!.end; at = first(at + 1)) {
    places.push(at);
    second(at);
  }
  expect(places).toEqual(placesBy((at) => nextAnchor(one!, at), one!, 1));
});

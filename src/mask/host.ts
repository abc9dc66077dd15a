/** Network addresses out of the ranges that are kept for documentation and tests. */
import { inventWord } from './name.ts';
import { type Maker, reshape } from './shape.ts';

/** RFC 2544's benchmark network (131,072 addresses) and RFC 5737's three for documentation. */
const networks = ['198.18', '198.19', '198.18', '198.19', '192.0.2', '198.51.100', '203.0.113'];

export const ip: Maker = {
  canonical: (value) => value.normalize('NFKC').toLowerCase(),
  make(value, draw) {
    if (/^\D*\d{1,3}(?:\.\d{1,3}){3}(?![.\d])/.test(value) && !/:.*:/.test(value)) {
      return value.replace(/\d{1,3}(?:\.\d{1,3}){3}/, () => {
        const start = draw.pick(networks);
        const parts = Array.from({ length: 4 - start.split('.').length }, () => 1 + draw.below(254));
        return [start, ...parts].join('.');
      });
    }
    if (!value.includes(':')) return reshape.make(value, draw);
    return value.replace(/[0-9a-f]*:[0-9a-f:.]*(?:%[\w.-]+)?/i, (old) => {
      const groups = Array.from(
        { length: 4 },
        () => draw.from('123456789abcdef', 1) + draw.from('0123456789abcdef', 3),
      );
      const made = `2001:db8:${groups[0]}:${groups[1]}::${groups[2]}:${groups[3]}`;
      return /[A-F]/.test(old) ? made.toUpperCase() : made;
    });
  },
};

/** A hardware address of the locally administered kind, which no maker of hardware gives out. */
export const mac: Maker = {
  canonical: (value) => value.toLowerCase().replace(/[^0-9a-f]/g, ''),
  make(value, draw) {
    const digits = `02${draw.from('0123456789abcdef', value.length)}`;
    let next = 0;
    return value.replace(/[0-9a-f]/gi, (old) => {
      const digit = digits[next++]!;
      return /[A-F]/.test(value) && old !== digit ? digit.toUpperCase() : digit;
    });
  },
};

/** Host names and URLs under example.com; what follows the host keeps its form. */
export const host: Maker = {
  make(value, draw) {
    const [scheme = ''] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(value) ?? [];
    const [authority = ''] = /^[^/?#]*/.exec(value.slice(scheme.length)) ?? [];
    const rest = value.slice(scheme.length + authority.length);
    const port = /:\d+$/.exec(authority)?.[0] ?? '';
    return `${scheme}${inventWord(8, draw)}.example.com${port}${reshape.make(rest, draw)}`;
  },
};

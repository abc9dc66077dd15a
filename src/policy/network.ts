/** IP addresses as numbers, and whether one lies in a network. Pure text, no look-ups. */

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** Reads `10.0.0.0/8` or `2001:db8::/32`; undefined for anything else. */
export function parseNetwork(text: string): ((address: string) => boolean) | undefined {
  const [, network = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const base = parseAddress(network);
  const length = Number(digits);
  if (!base || length > base.bits) return undefined;
  const shift = BigInt(base.bits - length);
  return (address) => {
    const other = parseAddress(address);
    return other?.bits === base.bits && other.value >> shift === base.value >> shift;
  };
}

export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return parseNetwork('127.0.0.0/8')!(name) || parseAddress(name)?.value === 1n;
}

function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255))
    return undefined;
  return { bits: 32, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
}

function parseV6(text: string): Address | undefined {
  const [, head = text, tail] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? [];
  const last = tail === undefined ? undefined : parseV4(tail);
  if (tail !== undefined && !last) return undefined;
  const plain = last
    ? `${head}${(last.value >> 16n).toString(16)}:${(last.value & 0xffffn).toString(16)}`
    : text;
  const sides = plain.split('::');
  if (sides.length > 2) return undefined;
  const [left = [], right = []] = sides.map((side) => (side === '' ? [] : side.split(':')));
  const missing = 8 - left.length - right.length;
  if (sides.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array<string>(Math.max(0, missing)).fill('0'), ...right];
  if (groups.some((group) => !/^[\da-f]{1,4}$/i.test(group))) return undefined;
  return { bits: 128, value: groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n) };
}

/** Addresses that no request goes to, whatever name led there: a machine's metadata, and its neighbours on the link. */
import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';

const closed = new BlockList();
closed.addSubnet('169.254.0.0', 16);
closed.addSubnet('0.0.0.0', 8);
closed.addSubnet('fe80::', 10, 'ipv6');
/** Link-local ones behind a translation of IPv4 (RFC 6052). */
closed.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
closed.addAddress('fd00:ec2::254', 'ipv6');
closed.addAddress('fd20:ce::254', 'ipv6');
closed.addAddress('::', 'ipv6');
closed.addAddress('100.100.100.200');
closed.addAddress('168.63.129.16');
closed.addAddress('192.0.0.192');

/** For literal addresses, in brackets or not; a name is judged by what it resolves to. */
export function isClosed(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(address);
  return family !== 0 && closed.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

type Done = (error: NodeJS.ErrnoException | null, found: string | LookupAddress[], family?: number) => void;

/** Looks a name up for a connection about to be made: what it answers is what is connected to. */
export function lookupOpen(name: string, options: LookupOptions, done: Done): void {
  dns.lookup(name, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, []);
    if (addresses.some(({ address }) => isClosed(address))) return done(closedError(), []);
    if (options.all) return done(null, addresses);
    const [first] = addresses;
    done(null, first!.address, first!.family);
  });
}

export const closedError = (): NodeJS.ErrnoException =>
  Object.assign(new Error('The upstream is at a closed address.'), { code: 'CLOSED_ADDRESS' });

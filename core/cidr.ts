/** Ranges of IP addresses (CIDR, RFC 4632; RFC 4291 §2.3). */
import ipaddr from 'ipaddr.js';

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Undefined: it is none, or has bits set behind its prefix, so that nobody knows which one was meant. */
export function parseCidr(text: string): Range | undefined {
  const [address = '', bits = '', ...more] = text.split('/');
  if (more.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  const parsed = parseAddress(address);
  const length = Number(bits);
  if (parsed === undefined || length > (parsed.kind() === 'ipv4' ? 32 : 128)) return undefined;
  // A mapped address would be compared with one that has become an IPv4 address.
  if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()) return undefined;
  const isBase = bytesOf(parsed).every(
    (byte, at) => (byte & (0xff >> Math.min(8, Math.max(0, length - at * 8)))) === 0,
  );
  return isBase ? [parsed, length] : undefined;
}

/** Whether an address as sockets have it is in one of the ranges. IPv4 in the form of IPv6 (`::ffff:10.0.0.1`) counts as IPv4. */
export function isInRanges(address: string, ranges: readonly Range[]): boolean {
  // The zone of a link-local address says over which interface it came.
  const parsed = parseAddress(address.split('%')[0] ?? '');
  if (parsed === undefined) return false;
  const plain = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
  return ranges.some(([base, length]) => base.kind() === plain.kind() && plain.match(base, length));
}

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  // ipaddr.js reads `::10.0.0.1`, which is another address, as the mapped one.
  if (text.includes('.') && !text.toLowerCase().startsWith('::ffff:')) return undefined;
  return text.includes(':') && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
}

function bytesOf(address: ipaddr.IPv4 | ipaddr.IPv6): number[] {
  return address.toByteArray();
}

/** What an IP address is an address of. */
import ipaddr from 'ipaddr.js';

export type AddressKind =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link-local'
  | 'carrier-grade NAT'
  | 'multicast'
  /** Of documentation, tests and protocols, and what nobody has been given (IANA registries of special-purpose addresses). */
  | 'reserved'
  /** An IPv6 address made of an IPv4 address: a gateway, or the machine itself, turns it back. */
  | 'embedding';

export interface Address {
  /** As URLs have it (WHATWG URL, host serializer): IPv6 compressed, without brackets. */
  readonly text: string;
  readonly kind: AddressKind;
  /** The IPv4 addresses that an IPv6 address holds. */
  readonly inner: readonly string[];
}

const KINDS: Readonly<Record<string, AddressKind>> = {
  unicast: 'public',
  // 0.0.0.0/8 and ::, which connect to the machine itself.
  unspecified: 'loopback',
  loopback: 'loopback',
  private: 'private',
  uniqueLocal: 'private',
  deprecatedSiteLocal: 'private',
  linkLocal: 'link-local',
  carrierGradeNat: 'carrier-grade NAT',
  multicast: 'multicast',
  broadcast: 'multicast',
};

/** Takes an address in the form that URLs have after parsing; undefined for anything else. */
export function readAddress(text: string): Address | undefined {
  if (text.includes(':')) return ipaddr.IPv6.isValid(text) ? readIpv6(text) : undefined;
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined;
  return { text, kind: KINDS[ipaddr.IPv4.parse(text).range()] ?? 'reserved', inner: [] };
}

function readIpv6(text: string): Address {
  const address = ipaddr.IPv6.parse(text);
  const inner = innerOf(address.parts);
  const known = KINDS[address.range()] ?? 'reserved';
  // 2000::/3 is all that has been given to the public (RFC 4291 §2.4, IANA).
  const kind = known === 'public' && (address.parts[0] ?? 0) >> 13 !== 1 ? 'reserved' : known;
  const isMadeOf = inner.length > 0 && kind !== 'loopback' && kind !== 'public';
  return { text, kind: isMadeOf ? 'embedding' : kind, inner };
}

/** `parts`: eight groups of 16 bits. */
function innerOf(parts: readonly number[]): string[] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = parts;
  const zeros = a === 0 && b === 0 && c === 0 && d === 0;
  // IPv4-compatible and -mapped (RFC 4291 §2.5.5), translated (RFC 2765 §2.1).
  if (zeros && ((e === 0 && (f === 0 || f === 0xffff)) || (e === 0xffff && f === 0))) return [dotted(g, h)];
  // NAT64: RFC 6052 §2.1; of RFC 8215 the operator chooses where the address stands (RFC 6052 §2.2).
  if (a === 0x64 && b === 0xff9b) {
    return c === 1 ? [dotted(g, h), dotted(d, ((e & 0xff) << 8) | (f >> 8))] : [dotted(g, h)];
  }
  // 6to4: RFC 3056 §2.
  if (a === 0x2002) return [dotted(b, c)];
  // Teredo: server, and client with its bits turned (RFC 4380 §4).
  if (a === 0x2001 && b === 0) return [dotted(c, d), dotted(g ^ 0xffff, h ^ 0xffff)];
  // ISATAP: RFC 5214 §6.1.
  if ((e === 0 || e === 0x200) && f === 0x5efe) return [dotted(g, h)];
  return [];
}

function dotted(high: number, low: number): string {
  return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;
}

/** Ranges of addresses, such as `10.0.0.0/8`. */
export class AddressSet {
  readonly #ranges: readonly ReturnType<typeof ipaddr.parseCIDR>[];

  /** Throws on what `isRange` does not take. */
  constructor(ranges: readonly string[]) {
    this.#ranges = ranges.map((range) => ipaddr.parseCIDR(range));
  }

  /** `text`: an address as URLs have it. */
  has(text: string): boolean {
    const address = ipaddr.parse(text);
    return this.#ranges.some((range) => range[0].kind() === address.kind() && address.match(range));
  }
}

export function isRange(text: string): boolean {
  return ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text);
}

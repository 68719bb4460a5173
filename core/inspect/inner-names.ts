/** Names that lead to a machine or network inside, whatever a public resolver says of them. */
import { domainToASCII } from 'node:url';
import tlds from 'tlds' with { type: 'json' };
import { readAddress } from './ip-address.ts';
import { isMetadataService } from './metadata-services.ts';

export type InnerName =
  /** The machine itself, as RFC 6761 §6.3 and files of hosts call it. */
  | 'loopback'
  /** One label, or a suffix that only resolvers inside know. */
  | 'internal-name'
  /** What it resolves to is part of it, or up to whoever made the name. */
  | 'address-in-name';

/**
 * Domains of others below which names resolve to inner addresses. Local development and wildcard services, from their documentation;
 * rebinding and redirection tools, and names known to be loopback, from OWASP CRS (ssrf-no-scheme.data) and PayloadsAllTheThings
 * (Server Side Request Forgery), as of 2026-11.
 */
const LEADING_INSIDE: ReadonlySet<string> = new Set([
  ...['nip.io', 'sslip.io', 'xip.io', 'xip.name', 'traefik.me', 'backname.io', 'ip6.name', 'plex.direct'],
  ...['local-ip.co', 'local-ip.sh', 'local-ip.medicmobile.org', 'local.gd', '127-0-0-1.org.uk', 'ipq.co'],
  ...[
    'localtest.me',
    'lvh.me',
    'vcap.me',
    'lacolhost.com',
    'fuf.me',
    'ulh.us',
    'yoogle.com',
    'smackaho.st',
    '42foo.com',
  ],
  ...['localho.st', 'lndo.site', 'ddev.site', 'localdev.me', 'localdomain.pw', 'local.sisteminha.com'],
  ...[
    'localh.st',
    'localhst.co.uk',
    'localhost.tv',
    'localhost.direct',
    'lcl.host',
    'localfabriek.nl',
    'colasloth.com',
  ],
  ...['localmachine.info', 'localmachine.name', 'shed.host', 'docksal.site'],
  // Routers answer for these themselves.
  ...['fritz.box', 'routerlogin.net', 'tplinkwifi.net'],
  ...['bugbounty.dod.network', 'mail.ebc.apple.com', 'burpcollaborator.net', 'oastify.com', 'ipv6-literal.net'],
  ...['1u.ms', 'rbndr.us', 'rebind.network', 'rebind.it', 'r3dir.me', 'nicob.net'],
]);

const LOOPBACK = /^(?:ip6?v?[46]?-)?(?:localhost|loopback)[46]?(?:\.|$)|\.localhost$/;

/** RFC 2606 and 7686: names that lead nowhere, in every document. */
const NOWHERE: ReadonlySet<string> = new Set(['example', 'invalid', 'onion']);

/** As URLs have them. Known late: a process whose policy has no hosts needs none of it. */
let topLevel: ReadonlySet<string> | undefined;

/** `name`: lower case, ASCII, labels that are not empty, no dot at the end, not an address. */
export function innerName(name: string): InnerName | undefined {
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  if (LOOPBACK.test(name)) return 'loopback';
  if (labels.length === 1 || name === 'home.arpa' || name.endsWith('.home.arpa')) return 'internal-name';
  for (let at = labels.length - 2; at >= 0; at--) {
    if (LEADING_INSIDE.has(labels.slice(at).join('.'))) return 'address-in-name';
  }
  if (holdsInnerAddress(name)) return 'address-in-name';
  topLevel ??= new Set(tlds.map((tld) => domainToASCII(tld)));
  // Not in the root zone (IANA): only a resolver inside has it, as `redis.staging`, `vault.svc`, `wiki.corp` and `db.internal`.
  return topLevel.has(last) || NOWHERE.has(last) ? undefined : 'internal-name';
}

const FOUR_NUMBERS = /(?<![0-9])(\d{1,3})([.-])(\d{1,3})\2(\d{1,3})\2(\d{1,3})(?![0-9])/g;
const INNER: ReadonlySet<string> = new Set(['loopback', 'private', 'link-local', 'carrier-grade NAT']);

/** Such as `10-0-0-1.example.com`. Public ones are how providers name their machines. */
function holdsInnerAddress(name: string): boolean {
  FOUR_NUMBERS.lastIndex = 0;
  for (let match = FOUR_NUMBERS.exec(name); match !== null; match = FOUR_NUMBERS.exec(name)) {
    const [, a, , b, c, d] = match;
    const address = [a, b, c, d].map(Number).join('.');
    // One of the metadata services has a public address.
    if (INNER.has(readAddress(address)?.kind ?? '') || isMetadataService(address)) return true;
    // The next may begin within this one: `1.127.0.0.1`.
    FOUR_NUMBERS.lastIndex = match.index + (a ?? '').length + 1;
  }
  return false;
}

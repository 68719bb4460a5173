/** Whom does a proxy speak for whose word counts? */
import type { IncomingHttpHeaders } from 'node:http';
import { canonicalJson } from '../../../core/canonical-json.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import type { BundleProxy } from '../../../core/policy/settings/trusted-proxies.ts';
import { nameOf } from '../../../core/x509/certificate-name.ts';
import type { IdentityParts } from '../authenticator.ts';
import type { Shown } from '../shown.ts';
import type { Proof } from '../proof.ts';
import { lastClientCert } from './client-cert-header.ts';
import { proxyOf } from './proxies.ts';

const MAX_NAME = 253;
const MAX_GROUPS = 256;
const ONE_LINE = /^\P{Cc}+$/u;
/** The proxy has looked at the rest of the certificate. */
const OF_A_CALLER = {
  isAuthority: false,
  keyUsage: { digitalSignature: true, certSign: false, crlSign: false },
} as const;

export function byProxy({ headers, peer }: Shown, policy: Policy, parts: IdentityParts): Proof | Refusal | undefined {
  const proxy = proxyOf(peer, policy, parts.clock.now());
  if (proxy === undefined) return undefined;
  const said = principalBy(proxy, headers);
  if (said === undefined) return undefined;
  if (typeof said === 'string')
    return refuse('unauthenticated', `what the proxy ${proxy.name} says of the caller is not taken: ${said}`);
  return new ForwardedProof(said, proxy, peer, parts);
}

/** Of a caller whom a proxy speaks for: it holds as long as its word counts in the same way. */
class ForwardedProof implements Proof {
  readonly principal: Principal;
  readonly #proxy: string;
  readonly #peer: Shown['peer'];
  readonly #parts: IdentityParts;

  constructor(principal: Principal, proxy: BundleProxy, peer: Shown['peer'], parts: IdentityParts) {
    this.principal = principal;
    this.#proxy = canonicalJson(proxy);
    this.#peer = peer;
    this.#parts = parts;
  }

  holds(): boolean {
    const { policy, clock } = this.#parts;
    const proxy = proxyOf(this.#peer, policy.current(), clock.now());
    return proxy !== undefined && canonicalJson(proxy) === this.#proxy;
  }
}

/** Undefined: it says nothing. A text: why what it says is nobody. */
function principalBy(
  { name: issuer, says }: BundleProxy,
  headers: IncomingHttpHeaders,
): Principal | string | undefined {
  if ('clientCertificate' in says) {
    const header = textOf(headers, says.clientCertificate);
    if (header === undefined) return undefined;
    const shown = lastClientCert(header);
    if (shown === undefined) return `${says.clientCertificate} cannot be read`;
    const named = nameOf({ ...shown, ...OF_A_CALLER }, says.named);
    return 'why' in named ? named.why : { kind: 'forwarded', name: named.name, groups: [], issuer };
  }
  const name = textOf(headers, says.user);
  if (name === undefined) return undefined;
  if (!isName(name)) return `${says.user} is no name`;
  const groups = says.groups === null ? [] : groupsIn(textOf(headers, says.groups) ?? '');
  return groups === undefined ? `${says.groups} is no list of groups` : { kind: 'forwarded', name, groups, issuer };
}

function groupsIn(text: string): string[] | undefined {
  const groups = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return groups.length <= MAX_GROUPS && groups.every(isName) ? groups : undefined;
}

/** Node reads headers as Latin-1, and proxies write UTF-8. What is neither is no name: its characters are replaced by one that is refused. */
function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return value === undefined ? undefined : Buffer.from(String(value), 'latin1').toString('utf8');
}

function isName(text: string): boolean {
  return text.length <= MAX_NAME && ONE_LINE.test(text) && !text.includes('\ufffd');
}

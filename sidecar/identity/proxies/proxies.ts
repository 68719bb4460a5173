/** The proxies whose word about others counts, by the connection they come on and never by what a header says of it. */
import { isInRanges, parseCidr } from '../../../core/cidr.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { BundleProxy } from '../../../core/policy/settings/trusted-proxies.ts';
import type { Shown } from '../shown.ts';
import { trustOf } from '../certificates/trust.ts';

type Peer = NonNullable<Shown['peer']>;
type Range = NonNullable<ReturnType<typeof parseCidr>>;

interface Proxies {
  readonly all: readonly { readonly said: BundleProxy; readonly ranges: readonly Range[] }[];
  /** In lower case, of all of them. */
  readonly headers: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();
const MADE_READY = new WeakMap<readonly BundleProxy[], Proxies>();

/** The first by its name that the connection is of. `now`: milliseconds since the epoch. */
export function proxyOf(peer: Peer | undefined, policy: Policy | undefined, now: number): BundleProxy | undefined {
  const proxies = proxiesOf(policy);
  if (proxies === undefined || peer === undefined) return undefined;
  return proxies.all.find(({ said, ranges }) =>
    'addresses' in said.from
      ? isInRanges(peer.remoteAddress ?? '', ranges)
      : hasShown(peer, said.from.trust, said.from.certificate, policy, now),
  )?.said;
}

/** Headers that any of them speaks in. */
export function claimHeaders(policy: Policy | undefined): ReadonlySet<string> {
  return proxiesOf(policy)?.headers ?? NONE;
}

export function headersOf({ says }: BundleProxy): readonly string[] {
  if ('clientCertificate' in says) return [says.clientCertificate];
  return says.groups === null ? [says.user] : [says.user, says.groups];
}

function hasShown(peer: Peer, issuer: string, name: string, policy: Policy | undefined, now: number): boolean {
  if (peer.certificate === undefined) return false;
  const judged = trustOf(policy)?.judge(peer.certificate, now);
  return (
    judged !== undefined &&
    'principal' in judged &&
    judged.principal.issuer === issuer &&
    judged.principal.name === name
  );
}

function proxiesOf(policy: Policy | undefined): Proxies | undefined {
  const said = policy?.bundle.server.access.trustedProxies;
  if (said === undefined) return undefined;
  let proxies = MADE_READY.get(said);
  if (proxies === undefined) {
    const all = said.map((one) => ({ said: one, ranges: 'addresses' in one.from ? rangesOf(one.from.addresses) : [] }));
    MADE_READY.set(said, (proxies = { all, headers: new Set(said.flatMap(headersOf)) }));
  }
  return proxies;
}

function rangesOf(texts: readonly string[]): Range[] {
  return texts.flatMap((text) => (parseCidr(text) === undefined ? [] : [parseCidr(text) as Range]));
}

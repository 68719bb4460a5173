/** The ways to show who one is over HTTP, asked in the order of the policy. The first that has something to say of a caller says it. */
import { DEFAULT_ORDER, type WayIn } from '../../core/api/access-names.ts';
import { Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Authenticator, IdentityParts } from './authenticator.ts';
import type { Shown } from './shown.ts';
import { byToken } from './by-token.ts';
import { byCertificate, byRequiredCertificate, WithCertificate } from './certificates/by-certificate.ts';
import { byJwt } from './jwt/by-jwt.ts';
import { NoProof, type Proof } from './proof.ts';
import { byProxy } from './proxies/by-proxy.ts';
import { byAccount } from './service-accounts/by-account.ts';
import { serverChecksTokens, servesUnknown } from './who-checks.ts';

interface Way {
  readonly ask: Authenticator;
  /** Whether it looks at the Authorization header. */
  readonly readsToken: boolean;
}

const WAYS: Readonly<Record<WayIn, Way>> = {
  Tokens: { ask: byToken, readsToken: true },
  ServiceAccounts: { ask: byAccount, readsToken: true },
  JWT: { ask: byJwt, readsToken: true },
  TrustedProxies: { ask: byProxy, readsToken: false },
  Certificates: { ask: byCertificate, readsToken: false },
};

export function authenticate(shown: Shown, policy: Policy, parts: IdentityParts): Proof | Refusal {
  // Whatever the caller shows is for the server to judge.
  if (serverChecksTokens(policy)) return new NoProof(parts.policy);
  const without = byRequiredCertificate(shown, policy, parts);
  if (without !== undefined) return without;
  const said = whoIsIt(shown, policy, parts);
  if (said instanceof Refusal || !mayNeedCertificate(policy)) return said;
  return new WithCertificate(said, shown, parts);
}

function whoIsIt(shown: Shown, policy: Policy, parts: IdentityParts): Proof | Refusal {
  const { order = DEFAULT_ORDER } = policy.bundle.server.access;
  const ask = ({ ask: authenticator }: Way) => authenticator(shown, policy, parts);
  const said = inOrder(
    order.map((way) => WAYS[way]),
    shown.headers.authorization !== undefined,
    ask,
  );
  if (said !== undefined) return said;
  if (servesUnknown(policy)) return new NoProof(parts.policy);
  const { certificates } = policy.bundle.server.access;
  const first = certificates === undefined ? '' : 'connect with a client certificate, or ';
  return refuse(
    'unauthenticated',
    `${first}send "Authorization: Bearer <token>"; \`sallyport token create NAME\` makes one`,
  );
}

/** Without TLS nobody shows any; a policy that comes to want it ends what is open in plain text (downstream/http/server.ts). */
function mayNeedCertificate({ bundle }: Policy): boolean {
  return bundle.server.access.tls !== undefined;
}

/**
 * A token that nobody knows is refused, and its sender is served neither by a way that comes behind nor as anonymous: its owner believes
 * it to be known. Undefined: nothing is shown that any of them knows.
 */
export function inOrder<W extends Pick<Way, 'readsToken'>, P>(
  ways: readonly W[],
  hasToken: boolean,
  ask: (way: W) => P | Refusal | undefined,
): P | Refusal | undefined {
  let isMissed = false;
  for (const [i, way] of ways.entries()) {
    if (isMissed && !way.readsToken) {
      const later = firstOf(
        ways.slice(i).filter(({ readsToken }) => readsToken),
        ask,
      );
      if (later === undefined) return UNKNOWN;
      if (later instanceof Refusal) return later;
    }
    const said = ask(way);
    if (said !== undefined) return said;
    isMissed ||= way.readsToken && hasToken;
  }
  return hasToken ? UNKNOWN : undefined;
}

const UNKNOWN = refuse('unauthenticated', 'this token is not known');

function firstOf<W, P>(ways: readonly W[], ask: (way: W) => P | undefined): P | undefined {
  for (const way of ways) {
    const said = ask(way);
    if (said !== undefined) return said;
  }
  return undefined;
}

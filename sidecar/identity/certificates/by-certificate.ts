/** Whose certificate has the connection shown? */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import type { IdentityParts } from '../authenticator.ts';
import type { Shown } from '../shown.ts';
import { proxyOf } from '../proxies/proxies.ts';
import type { Proof } from '../proof.ts';
import { CertificateProof } from './certificate-proof.ts';
import { trustOf } from './trust.ts';

/** Where every caller needs one, nothing else is looked at without. */
export function byRequiredCertificate({ peer }: Shown, policy: Policy, { clock }: IdentityParts): Refusal | undefined {
  if (policy.bundle.server.access.certificates?.mode !== 'Required') return undefined;
  if (peer?.certificate === undefined)
    return refuse('unauthenticated', 'this server takes callers with a client certificate alone; connect with one');
  const judged = trustOf(policy)?.judge(peer.certificate, clock.now());
  return judged !== undefined && 'why' in judged ? notTaken(judged.why) : undefined;
}

/** Whoever it is by what else was shown, it is so only while the certificate counts that every caller needs. */
export class WithCertificate implements Proof {
  readonly principal: Principal;
  readonly #proof: Proof;
  readonly #shown: Shown;
  readonly #parts: IdentityParts;

  constructor(proof: Proof, shown: Shown, parts: IdentityParts) {
    this.principal = proof.principal;
    this.#proof = proof;
    this.#shown = shown;
    this.#parts = parts;
  }

  holds(): boolean {
    const policy = this.#parts.policy.current();
    if (policy === undefined || !this.#proof.holds()) return false;
    return byRequiredCertificate(this.#shown, policy, this.#parts) === undefined;
  }
}

/** A client that shows a certificate is never served as somebody else: its owner believes it to be known. */
export function byCertificate({ peer }: Shown, policy: Policy, parts: IdentityParts): Proof | Refusal | undefined {
  const trust = trustOf(policy);
  if (trust === undefined || peer?.certificate === undefined) return undefined;
  const judged = trust.judge(peer.certificate, parts.clock.now());
  if ('why' in judged) return notTaken(judged.why);
  // A proxy that forgets to say for whom it asks must not ask for itself: it would have the rights of no caller, or of all of them.
  if (proxyOf(peer, policy, parts.clock.now()) !== undefined)
    return refuse('unauthenticated', 'the proxy has not said who the caller behind it is');
  return new CertificateProof(judged.principal, peer.certificate, parts);
}

function notTaken(why: string): Refusal {
  return refuse('unauthenticated', `this certificate is not taken: ${why}`);
}

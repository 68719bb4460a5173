/** Of a client certificate: it holds until it ends or is taken back, as long as the same entry vouches for the same name and groups. */
import { isSamePrincipal, type Principal } from '../../../core/policy/principal.ts';
import type { IdentityParts } from '../authenticator.ts';
import { type Proof, sameGroups } from '../proof.ts';
import type { ShownCertificate } from './shown-certificate.ts';
import { trustOf } from './trust.ts';

export class CertificateProof implements Proof {
  readonly principal: Principal;
  readonly #shown: ShownCertificate;
  readonly #parts: Pick<IdentityParts, 'policy' | 'clock'>;

  constructor(principal: Principal, shown: ShownCertificate, parts: Pick<IdentityParts, 'policy' | 'clock'>) {
    this.principal = principal;
    this.#shown = shown;
    this.#parts = parts;
  }

  holds(): boolean {
    const { policy, clock } = this.#parts;
    const judged = trustOf(policy.current())?.judge(this.#shown, clock.now());
    if (judged === undefined || 'why' in judged) return false;
    const { principal } = judged;
    return isSamePrincipal(principal, this.principal) && sameGroups(principal.groups, this.principal.groups);
  }
}

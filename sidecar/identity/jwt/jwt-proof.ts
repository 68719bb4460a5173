/** Of a token that an issuer has signed: it holds until it expires, as long as its issuer is trusted as it was. */
import type { Principal } from '../../../core/policy/principal.ts';
import type { Proof } from '../proof.ts';
import type { JwtSource } from './jwt-source.ts';
import type { Known } from './verify-token.ts';

export class JwtProof implements Proof {
  readonly principal: Principal;
  readonly #known: Known;
  readonly #jwts: Pick<JwtSource, 'holds'>;

  constructor(known: Known, jwts: Pick<JwtSource, 'holds'>) {
    this.principal = known.principal;
    this.#known = known;
    this.#jwts = jwts;
  }

  holds(): boolean {
    return this.#jwts.holds(this.#known);
  }
}

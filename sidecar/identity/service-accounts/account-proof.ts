/** That a caller is a ServiceAccount of the cluster: it holds until its token expires, as long as the API server has its key, and where it is asked, takes it. */
import type { Principal } from '../../../core/policy/principal.ts';
import type { Known } from '../jwt/verify-token.ts';
import type { Proof } from '../proof.ts';

interface Judge {
  holds(known: Known, token: string): boolean;
}

export class AccountProof implements Proof {
  readonly principal: Principal;
  readonly known: Known;
  readonly token: string;
  readonly #accounts: Judge;

  constructor(known: Known, token: string, accounts: Judge) {
    this.principal = known.principal;
    this.known = known;
    this.token = token;
    this.#accounts = accounts;
  }

  holds(): boolean {
    return this.#accounts.holds(this.known, this.token);
  }
}

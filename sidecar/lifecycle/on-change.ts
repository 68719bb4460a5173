/**
 * What a change of policy or of tokens means for what is open. Calls are not touched, but for what is halted: each was decided on by what was
 * in force then.
 */
import type { JwtSource } from '../identity/jwt/jwt-source.ts';
import type { AccountSource } from '../identity/service-accounts/account-source.ts';
import type { PolicySource } from '../policy/source.ts';
import type { KeptResults } from '../memory/results/kept-results.ts';
import type { Streams } from '../memory/streams.ts';
import { type Haltable, endHalted } from './end-halted.ts';

interface Open {
  readonly streams: Streams;
}

interface Identity {
  readonly results: KeptResults;
  readonly policy: PolicySource;
  readonly jwts: Pick<JwtSource, 'follow'>;
  readonly accounts: Pick<AccountSource, 'follow'>;
}

/** Rules may show other items now, and who may stay without a token is part of the policy as well. */
export function policyChanged(gate: Haltable & Identity): void {
  const { streams, policy, jwts, accounts, results } = gate;
  results.store.follow(policy.current()?.revision);
  jwts.follow(policy.current());
  accounts.follow(policy.current());
  streams.endUnproven();
  endHalted(gate, policy.current());
  streams.tellListsChanged();
}

export function tokensChanged({ streams }: Open): void {
  streams.endUnproven();
}

/** One way to show who one is over HTTP. */
import type { Clock } from '../../core/clock.ts';
import type { Refusal } from '../../core/mcp/refusals.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { PolicySource } from '../policy/source.ts';
import type { Possession } from './dpop/possession.ts';
import type { JwtSource } from './jwt/jwt-source.ts';
import type { Proof } from './proof.ts';
import type { Shown } from './shown.ts';
import type { AccountSource } from './service-accounts/account-source.ts';
import type { TokenSource } from './token-source.ts';

export interface IdentityParts {
  readonly policy: PolicySource;
  readonly clock: Clock;
  readonly tokens: TokenSource;
  readonly jwts: Pick<JwtSource, 'look' | 'holds'>;
  readonly accounts: Pick<AccountSource, 'isMine' | 'find' | 'proofOf'>;
  readonly possession: Pick<Possession, 'check'>;
}

/** Undefined: it has nothing to say of this caller, and the next one is asked. */
export type Authenticator = (shown: Shown, policy: Policy, parts: IdentityParts) => Proof | Refusal | undefined;

/** What shows who makes a call. A call may be held for minutes and a stream stay open for days, so it is asked again whether it holds. */
import { ANONYMOUS, type Principal } from '../../core/policy/principal.ts';
import type { PolicySource } from '../policy/source.ts';
import type { TokenSource } from './token-source.ts';
import { servesUnknown } from './who-checks.ts';

export interface Proof {
  readonly principal: Principal;
  /** Whether it still shows what it has shown when the call came in. */
  holds(): boolean;
}

/** Of the one client of a pipe: the operating system has shown it, for as long as the pipe is there. */
export class LocalProof implements Proof {
  readonly principal: Principal;

  constructor(principal: Principal) {
    this.principal = principal;
  }

  holds(): boolean {
    return true;
  }
}

/** Of nobody: it holds while the policy lets in those who show nothing. */
export class NoProof implements Proof {
  readonly principal = ANONYMOUS;
  readonly #policy: PolicySource;

  constructor(policy: PolicySource) {
    this.#policy = policy;
  }

  holds(): boolean {
    return servesUnknown(this.#policy.current());
  }
}

/** Of a bearer token: it holds while the token stands for the same name and the same groups. */
export class TokenProof implements Proof {
  readonly principal: Principal;
  readonly #token: string;
  readonly #tokens: TokenSource;

  constructor(principal: Principal, token: string, tokens: TokenSource) {
    this.principal = principal;
    this.#token = token;
    this.#tokens = tokens;
  }

  holds(): boolean {
    const now = this.#tokens.find(this.#token);
    return now?.name === this.principal.name && sameGroups(now.groups, this.principal.groups);
  }
}

export function sameGroups(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((group) => b.includes(group));
}

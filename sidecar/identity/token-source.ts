/** Who knows the callers' tokens. */
import type { Principal } from '../../core/policy/principal.ts';

export interface TokenSource {
  /** Whose bearer token this is. */
  find(token: string): Principal | undefined;
}

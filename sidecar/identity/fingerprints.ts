/** Whether a client is the one that it was, without a word about its tokens. */
import type { ClientToken } from '../../core/api/client-tokens.ts';
import { sha256 } from '../../core/digest.ts';

/** By name of the client, a digest of all that its entry says: another one for other tokens or groups. */
export function fingerprints(tokens: readonly ClientToken[]): ReadonlyMap<string, string> {
  return new Map(
    tokens.map(({ name, groups, digests }) => [
      name,
      sha256(JSON.stringify([[...groups].sort(), [...digests].sort()])),
    ]),
  );
}

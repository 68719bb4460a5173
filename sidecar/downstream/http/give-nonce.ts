/** With every answer to a proof of possession there is a nonce for the next one (RFC 9449 §8.2), so that no client has to be told twice. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Policy } from '../../../core/policy/policy.ts';
import { isDpopScheme } from '../../identity/bearer.ts';
import { serverChecksTokens } from '../../identity/who-checks.ts';
import type { PathParts } from '../../path/parts.ts';

export function giveNonce(
  { headers: { authorization } }: IncomingMessage,
  response: ServerResponse,
  policy: Policy | undefined,
  { possession }: Pick<PathParts, 'possession'>,
): void {
  // Where the server checks tokens, nonces are its own.
  if (!isDpopScheme(authorization) || serverChecksTokens(policy)) return;
  response.setHeader('dpop-nonce', possession.nonce());
}

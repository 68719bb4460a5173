/**
 * Clients that get a 401 look for an authorization server: they ask for metadata, then at paths of their own accord (MCP 2025-03-26,
 * Authorization, Fallbacks). Where the gate itself knows its callers there is none, and a bare 404 sends people looking in the wrong place.
 */
import { refuse } from '../../../core/mcp/refusals.ts';
import type { Call } from '../../call/call.ts';
import { settle } from '../../call/settle.ts';
import type { Reply } from '../../call/reply.ts';
import type { PathParts } from '../../path/parts.ts';
import { WELL_KNOWN } from '../../oauth/public-url.ts';

const ENDPOINT = /^\/(?:register|authorize|token)(?:\/|$)/;
const OPENID = /\/\.well-known\/(?:openid-configuration|oauth-authorization-server)$/;
const MAX_SHOWN = 200;

export function looksForOAuth(target: string): boolean {
  const path = target.replace(/\?.*$/s, '');
  return WELL_KNOWN.test(path) || ENDPOINT.test(path) || OPENID.test(path);
}

const HOW =
  'it takes a bearer token that was made for it (Authorization: Bearer <token>), and hands out none itself. A client that looks for OAuth here was refused: it sent no token, or the token it sent is not known here';

/** In the form that OAuth clients read and show (RFC 6749 §5.2, RFC 7591 §3.2.2). */
export function refuseOAuth(call: Call, reply: Reply, gate: PathParts, target: string): void {
  const words = `This gate has no OAuth: ${HOW}. Correct the token in the settings of the client; \`sallyport token create NAME\` makes one.`;
  const body = JSON.stringify({ error: 'invalid_request', error_description: words });
  reply.send(404, { 'content-type': 'application/json' }, body);
  settle(call, gate, 'refused', refuse('not-found').reason);
  const path = target.replace(/\?.*$/s, '').slice(0, MAX_SHOWN);
  gate.notices.say('oauth', {
    about: 'clients',
    sentence: `a client looks for OAuth at ${path}, which this gate has not: it sent no token, or the token it sent is not known. \`sallyport token create NAME\` makes one`,
  });
}

/** Handshakes are all there is that tells the revision of a session, of which changes its client will be told, and what it can be asked. */
import { negotiatedRevision } from '../../../core/mcp/revisions/index.ts';
import type { Answer } from '../check.ts';
import { ownListChanges } from '../open-stream.ts';

export function learnHandshake({ terms, result, call }: Answer): undefined {
  if (terms?.method !== 'initialize' || result === undefined) return;
  const { conversation, session, revision } = call;
  const negotiated = negotiatedRevision(result.string('protocolVersion'));
  if (session !== undefined) session.revision = negotiated;
  else if (revision?.era === 'legacy') call.agrees({ session: undefined, revision: negotiated });
  if (conversation === undefined) return;
  // A pipe has no session to remember it, and one conversation.
  if (call.request.mcpHeaders === undefined) conversation.agreed = negotiated;
  conversation.announces = ownListChanges(result.value('capabilities'));
  conversation.declare(terms.declares);
}

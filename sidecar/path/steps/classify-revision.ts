/** Which revision of the protocol it belongs to. */
import { classify, revisionOfBatch, revisionOfStream } from '../../../core/mcp/classify.ts';
import { Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { OLDEST_LEGACY } from '../../../core/mcp/revisions/index.ts';
import type { ReadingCall } from '../../call/call.ts';

export function classifyRevision({ request, content, reading, isElement }: ReadingCall): Refusal | undefined {
  const { mcpHeaders } = request;
  const message = content?.message;
  if (message === undefined) {
    reading.revision = reading.batch === undefined ? revisionOfStream(mcpHeaders) : revisionOfBatch(mcpHeaders);
    return undefined;
  }
  if (isElement && reading.head?.method === 'initialize') return refuse('batch', 'initialize comes alone');
  if (request.isPostedToEndpoint) {
    // That transport has no other era: a client that asks there for a newer one hears that there is no such method, and goes on.
    reading.revision = OLDEST_LEGACY;
    return undefined;
  }
  const revision = classify(message, mcpHeaders);
  if (revision instanceof Refusal) return revision;
  // Said of the list as a whole already, as far as it could be read.
  if (isElement && revision.era === 'modern') return refuse('batch', 'send each message in a POST of its own');
  reading.revision = revision;
  return undefined;
}

/** What has to be known of a call to read its answer, noted while its params are there. */
import { declaredByRequest, declaredIn } from '../../core/mcp/client-capabilities.ts';
import type { Call } from '../call/call.ts';

/** The call is about to be handed to the server: from now on an answer to it is one. */
export function expectAnswer(call: Call): void {
  const { asked, message, revision } = call;
  if (asked !== undefined) asked.dispatched = true;
  if (message?.kind !== 'request') return;
  if (revision?.era === 'modern') call.declares = declaredByRequest(message.params);
  else if (message.method === 'initialize' && asked !== undefined)
    asked.declares = declaredIn(message.params['capabilities']);
}

/** Whether a list of messages may be sent at all (MCP 2025-03-26, Batching). How many there are was decided on before they were taken apart. */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { ReadCall } from '../../call/call.ts';

export function checkBatch({ reading, session, request }: ReadCall): Refusal | undefined {
  // A header that names another revision than the one of its session changes nothing of what was agreed on.
  const without = [reading.revision, session?.revision].find((one) => one?.batches !== true && one !== undefined);
  if (without === undefined) return undefined;
  const how = request.mcpHeaders === undefined ? 'on a line' : 'in a POST';
  return refuse('batch', `revision ${without.version} has no batches; send each message ${how} of its own`);
}

/** Whether a list of messages may be sent at all (MCP 2025-03-26, Batching). How many there are was decided on before they were taken apart. */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { Call } from '../../call/call.ts';

export function checkBatch({ revision, session, mcpHeaders }: Call): Refusal | undefined {
  // A header that names another revision than the one of its session changes nothing of what was agreed on.
  const without = [revision, session?.revision].find((one) => one?.batches !== true && one !== undefined);
  if (revision !== undefined && without === undefined) return undefined;
  const how = mcpHeaders === undefined ? 'on a line' : 'in a POST';
  return refuse('batch', `revision ${without?.version ?? ''} has no batches; send each message ${how} of its own`);
}

/** The fence of a call: what was thrown on its path, wherever, ends this call and nothing else. */
import type { Logger } from 'pino';
import { refuse } from '../../core/mcp/refusals.ts';
import type { Call } from '../call/call.ts';
import type { RecordParts } from '../call/record.ts';
import { refuseCall } from '../call/refuse-call.ts';
import type { Reply } from '../call/reply.ts';

interface FenceParts extends RecordParts {
  readonly log: Logger;
}

/** Never throws. */
export function failCall(call: Call, reply: Reply, gate: FenceParts, error: unknown): void {
  const { traceId } = call;
  try {
    gate.log.error({ err: error, traceId }, 'the path of a call failed; the call was refused');
    refuseCall(call, reply, gate, refuse('internal-error', `the log of the gate says more under ${traceId}`));
  } catch {
    // Answering or recording fails itself. Cut off, the client knows at least that it has no answer.
    reply.destroy();
  }
}

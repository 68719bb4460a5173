/** No revision has the method, nor does a rule name it. */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { isMethodOfMcp } from '../../../core/mcp/revisions/index.ts';
import type { MessageCall } from '../../call/call.ts';

export function unknownMethod({ reading }: MessageCall, method: string): Refusal {
  const mend = isMethodOfMcp(method)
    ? `revision ${reading.revision.version} does not have it`
    : 'it is in no revision of MCP; a rule of `methods` in a PolicyPack can allow it';
  const reason = reading.head.kind === 'notification' ? 'unknown-notification' : 'unknown-method';
  return refuse(reason, `${method} (${mend})`);
}

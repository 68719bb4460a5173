/** The gate itself must be in order: a policy to decide by, a log to record in, and time to finish. */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { EnteringCall } from '../../call/call.ts';
import type { PathParts } from '../parts.ts';

type Parts = Pick<PathParts, 'failed' | 'draining' | 'policy' | 'audit'>;

export function requireOrder({ entry }: EnteringCall, gate: Parts): Refusal | undefined {
  if (gate.failed !== undefined) return refuse('internal-error', 'the gate has failed and ends; nothing passes it');
  if (gate.draining) return refuse('draining', 'call again in a moment');
  entry.policy ??= gate.policy.current();
  if (entry.policy === undefined) return refuse('no-policy', 'every call is refused until there is one');
  return gate.audit.state === 'ok' ? undefined : refuse('audit-unavailable', 'calls are refused until they can be');
}

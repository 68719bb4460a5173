/** The gate cannot be relied on any more: from here on nothing passes, in either direction, and the process is about to end. */
import { refuse } from '../../core/mcp/refusals.ts';
import type { Holds } from '../memory/holds.ts';
import type { InFlight } from '../memory/in-flight.ts';

interface FailingParts {
  readonly holds: Holds;
  readonly inFlight: InFlight;
  failed: string | undefined;
}

/** For probes and clients to see why, before nobody answers any more. */
export const SAY_WHY_MS = 2_000;

/** `why` is a clause for people; it stands in the log and in /readyz, and clients hear less. */
export function failGate(gate: FailingParts, why: string): void {
  if (gate.failed !== undefined) return;
  gate.failed = why;
  gate.holds.cancelAll();
  gate.inFlight.interruptAll(
    refuse('internal-error', 'the gate has failed and ends; the server may have executed the call'),
  );
}

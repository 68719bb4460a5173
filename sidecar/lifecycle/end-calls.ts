/** How the calls of a gate end when its process does, so that the log is closed only after the last of them is in it. */
import type { RecordParts } from '../call/record.ts';
import { settle } from '../call/settle.ts';
import type { Holds } from '../memory/holds.ts';
import type { Upstream } from '../upstream/upstream.ts';

interface EndingParts extends RecordParts {
  readonly holds: Holds;
  readonly upstream: Upstream;
  draining: boolean;
}

/** How long an approval that is being used up is waited for: the operator answers within a second, or has its own troubles. */
const CLAIMS_MS = 5_000;

/**
 * Held calls are told to come back; `closeDownstream` gives the others their time, and says when nothing new is let in any more: what
 * still comes before on a connection that is there, was led here. What then is still with the server, or is using up an approval, is put on
 * record as what it is.
 */
export async function endCalls(
  gate: EndingParts,
  closeDownstream: (refuseNew: () => void) => Promise<void>,
  /** The most that the pod has for it. */
  claimsMs = CLAIMS_MS,
): Promise<void> {
  const refuseNew = (): void => {
    gate.draining = true;
  };
  gate.holds.cancelAll();
  await closeDownstream(refuseNew);
  refuseNew();
  await gate.holds.settled(Math.min(CLAIMS_MS, claimsMs));
  await gate.upstream.close();
  // Their clients left long ago, or were cut off just now.
  for (const call of gate.dispatched.all()) settle(call, gate, 'client-gone', 'draining');
}

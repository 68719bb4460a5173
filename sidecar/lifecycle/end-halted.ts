/** What is open when something is halted ends: streams, calls that wait for a person, and calls that the server has. */
import type { Policy } from '../../core/policy/policy.ts';
import { haltedRefusal } from '../call/halted.ts';
import type { Holds } from '../memory/holds.ts';
import type { InFlight } from '../memory/in-flight.ts';
import type { Streams } from '../memory/streams.ts';

export interface Haltable {
  readonly holds: Holds;
  readonly inFlight: InFlight;
  readonly streams: Streams;
}

const SENT = 'The server may have executed the call: look before it is made again';

export function endHalted({ holds, inFlight, streams }: Haltable, policy: Policy | undefined): void {
  const { halts } = policy ?? {};
  if (halts === undefined) return;
  holds.endEach(({ principal, targets }) => {
    const halt = halts.of(principal, targets);
    return halt && haltedRefusal(halt);
  });
  inFlight.interruptEach(({ principal, targets }) => {
    const halt = halts.of(principal, targets);
    return halt && haltedRefusal(halt, SENT);
  });
  streams.endEach(({ principal }) => {
    const halt = halts.ofAll(principal);
    return halt && haltedRefusal(halt, 'The stream ended');
  });
}

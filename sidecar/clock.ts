/** The only place of the sidecar that asks the machine for the time. */
import type { Clock } from '../core/clock.ts';

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

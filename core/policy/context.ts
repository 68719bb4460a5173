/** What is known of a message when it is decided on. */
import type { Target } from '../mcp/catalogue.ts';
import type { Inspection } from './inspection.ts';
import type { Principal } from './principal.ts';

export interface Context {
  readonly principal: Principal;
  /** What it names, with the arguments. */
  readonly targets: readonly Target[];
  /** Bounds the work, by units and by the clock; without one, as in tools, it takes as long as it takes. */
  readonly inspection: Inspection | undefined;
}

/** What is known of a message when it is decided on. */
import type { Facts, SessionFacts } from '../conditions/frame.ts';
import type { Target } from '../mcp/catalogue.ts';
import type { Bundle } from './bundle.ts';
import type { Inspection } from './inspection.ts';
import type { Principal } from './principal.ts';

/** What conditions know of a call beside what it says; without it, those that ask for it fail. */
export interface Moment {
  /** Milliseconds since the Unix epoch, taken once for each call. */
  readonly now: number | undefined;
  readonly session: SessionFacts | undefined;
}

export interface Context {
  readonly principal: Principal;
  /** What it names, with the arguments. */
  readonly targets: readonly Target[];
  /** Bounds the work, by units and by the clock; without one, as in tools, it takes as long as it takes. */
  readonly inspection: Inspection | undefined;
  readonly moment?: Moment | undefined;
}

const NO_ATTRIBUTES = {};
const NO_SCOPES: readonly string[] = [];

export function factsOf(
  { bundle }: { readonly bundle: Bundle },
  principal: Principal | undefined,
  moment: Moment | undefined,
): Facts {
  // To a condition, whoever has no attributes has none, and is not somebody of whom they are not known.
  const known = principal && { issuer: '', scopes: NO_SCOPES, attributes: NO_ATTRIBUTES, ...principal };
  return { principal: known, server: bundle.server, session: moment?.session, now: moment?.now };
}

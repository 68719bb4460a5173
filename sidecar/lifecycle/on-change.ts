/** What a change of policy or of tokens means for what is open. Calls are not touched: each was decided on by what was in force then. */
import type { Streams } from '../memory/streams.ts';

interface Open {
  readonly streams: Streams;
}

/** Rules may show other items now, and who may stay without a token is part of the policy as well. */
export function policyChanged({ streams }: Open): void {
  streams.endUnproven();
  streams.tellListsChanged();
}

export function tokensChanged({ streams }: Open): void {
  streams.endUnproven();
}

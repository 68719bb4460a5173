/** What a change of policy or of tokens means for what is open. Calls are not touched: each was decided on by what was in force then. */
import type { Gate } from '../gate.ts';

/** Rules may show other items now, and who may stay without a token is part of the policy as well. */
export function policyChanged(gate: Gate): void {
  gate.streams.endUnproven();
  gate.streams.tellListsChanged();
}

export function tokensChanged(gate: Gate): void {
  gate.streams.endUnproven();
}

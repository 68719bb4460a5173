/** Calls whose clients have left and may come back for the answer (revisions with sessions): the server goes on, within bounds. */
import type { Principal } from '../../core/policy/principal.ts';
import { ownerOf } from './by-owner.ts';

export interface AbandonedCall {
  giveUpWaiting(): void;
}

/** Of one principal; whoever leaves more gives up its own oldest. */
const MAX_LEFT = 1_000;

export class AbandonedCalls {
  /** In the order in which their clients left. */
  readonly #byOwner = new Map<string, Set<AbandonedCall>>();

  add(call: AbandonedCall, principal: Principal | undefined): void {
    const owner = keyOf(principal);
    const calls = this.#byOwner.get(owner) ?? new Set();
    this.#byOwner.set(owner, calls);
    calls.add(call);
    if (calls.size <= MAX_LEFT) return;
    for (const oldest of calls) {
      oldest.giveUpWaiting();
      return;
    }
  }

  delete(call: AbandonedCall, principal: Principal | undefined): void {
    const owner = keyOf(principal);
    const calls = this.#byOwner.get(owner);
    calls?.delete(call);
    if (calls?.size === 0) this.#byOwner.delete(owner);
  }
}

function keyOf(principal: Principal | undefined): string {
  return principal === undefined ? '' : ownerOf(principal);
}

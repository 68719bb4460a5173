/**
 * The past as the gate has it: kept in this process, or shared with the other gates of the server. Whoever asks gets an outcome at once
 * where it is at hand, so that a call that need not wait costs no promise and no closure.
 */
import type { How, Outcome, Wanted } from '../../../core/history/ops.ts';

/** An outcome that is not at hand yet. `done` is called exactly once, later; with undefined where nobody can tell. */
export interface Later {
  done(callback: (outcome: Outcome | undefined) => void): void;
}

export interface History {
  /** What all gates have that share it: for digests that have to be the same at each. Undefined: it is of this gate alone. 32 bytes. */
  readonly secret?: Buffer | undefined;
  apply(wanted: readonly Wanted[], how: How): Outcome | Later;
}

export function isLater(outcome: Outcome | Later): outcome is Later {
  return 'done' in outcome;
}

/** What nobody waits for: it is written whatever is there. `written` is called once it is. */
export function note(history: History, wanted: readonly Wanted[], written?: (outcome: Outcome) => void): void {
  if (wanted.length === 0) return;
  const outcome = history.apply(wanted, 'Take');
  if (!isLater(outcome)) written?.(outcome);
  else outcome.done((found) => found !== undefined && written?.(found));
}

/**
 * What rules ask of the past and add to it, in few words that any store can keep: this process, or one that the replicas of a server
 * share. Whoever adds a kind adds it in store.ts and to the script of the shared store.
 */
import type { AverageOp, AverageSeen } from './kinds/average.ts';
import type { LeaseOp, LeaseSeen, ReleaseOp } from './kinds/lease.ts';
import type { MarkOp, MarkSeen, UnmarkOp, WhetherOp } from './kinds/mark.ts';
import type { PeriodOp } from './kinds/period.ts';
import type { PointsOp, PointsSeen } from './kinds/points.ts';
import type { KeepOp, KeptOp, KeptSeen } from './kinds/pieces.ts';
import type { PrintedOp, PrintedSeen, PrintsOp } from './kinds/prints.ts';
import type { ClearOp, SumSeen, WindowOp } from './kinds/window.ts';

export type Op =
  | WindowOp
  | ClearOp
  | PeriodOp
  | LeaseOp
  | ReleaseOp
  | MarkOp
  | UnmarkOp
  | WhetherOp
  | PrintsOp
  | PrintedOp
  | KeepOp
  | KeptOp
  | PointsOp
  | AverageOp;

/** What an operation has come to, one for each. `holds` is false where it does not allow the call. */
export type Seen = SumSeen | LeaseSeen | MarkSeen | PrintedSeen | KeptSeen | PointsSeen | AverageSeen | Done;

/** Of what only adds. */
export interface Done {
  readonly kind: 'done';
  readonly holds: true;
}
export const DONE: Done = { kind: 'done', holds: true };

export interface Wanted {
  readonly op: Op;
  /** Nothing of what is wanted together is written unless all of these hold. False: it is written whatever is there. */
  readonly isAsked: boolean;
}

/** `Ask` writes nothing. `Take` writes all of it or, where something that is asked does not hold, nothing. */
export type How = 'Ask' | 'Take';

export interface Outcome {
  /** All that was asked holds; after `Take`, it is written. */
  readonly holds: boolean;
  /** In the order of what was wanted. */
  readonly seen: readonly Seen[];
}

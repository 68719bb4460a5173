/** What checks find in the arguments of a call. */
import type { Finding } from '../../inspect/finding.ts';

/** A check that does not hold. */
export interface Broken {
  readonly finding: Finding;
  /** JSON Pointer (RFC 6901) to the value, from the arguments as they were sent. */
  readonly pointer: string;
}

export interface PlacedValue {
  /** As in `Broken`. */
  readonly pointer: string;
  readonly value: unknown;
}

/** By folded name. */
export type NamedValues = ReadonlyMap<string, readonly PlacedValue[]>;

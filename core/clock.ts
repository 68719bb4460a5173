/** Time as the core sees it: passed in, so that decisions can be tested at any moment. */
export interface Clock {
  /** Wall-clock time, milliseconds since the Unix epoch. */
  now(): number;
  /** Monotonic time in milliseconds with fractions, for durations only. */
  monotonic(): number;
}

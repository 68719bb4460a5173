/** What is kept at one place. */
export abstract class Cell {
  /** Milliseconds since the epoch; from then on it is as if it had never been. */
  expiresAt = 0;

  /** About how much memory it takes. */
  abstract get bytes(): number;

  /** Becomes at least as strict as both were: for callers whose own is forgotten. Given one of its own kind. */
  abstract fold(other: this): void;

  /** What `fill` reads: plain JSON. */
  abstract toJSON(): readonly unknown[];

  /** False: this is none. Nothing is filled then. */
  abstract fill(said: readonly unknown[]): boolean;
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isNumber);
}

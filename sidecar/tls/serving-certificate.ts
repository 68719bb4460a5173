/** The certificate that clients are served by, wherever it comes from: the last good one, and what is wrong with what should be. */
import type { Pair, Unfit } from './pair.ts';

export interface ServingState {
  /** Undefined: there never was one. */
  readonly pair: Pair | undefined;
  /** Why there is none, or none that is newer; undefined: all is well. */
  readonly problem: string | undefined;
}

export class ServingCertificate {
  readonly #listeners: ((state: ServingState) => void)[] = [];
  #state: ServingState = { pair: undefined, problem: undefined };

  get state(): ServingState {
    return this.#state;
  }

  onChange(listener: (state: ServingState) => void): void {
    this.#listeners.push(listener);
  }

  /** What was read last. A volume that is just being written must not lock everybody out: what is unfit leaves the last good one. */
  take(read: Pair | Unfit): void {
    const { pair: before, problem: said } = this.#state;
    const [pair, problem] = 'problem' in read ? [before, read.problem] : [read, undefined];
    if (pair?.cert === before?.cert && pair?.key === before?.key && problem === said) return;
    this.#state = { pair, problem };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

/** ISO 8601; null: there is none. */
export function endOf(pair: Pair | undefined): string | null {
  return pair === undefined ? null : new Date(pair.notAfter).toISOString();
}

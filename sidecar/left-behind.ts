/** Calls whose clients have left and may come back for the answer (revisions with sessions): the server goes on, within bounds. */
export interface LeftCall {
  giveUpWaiting(): void;
}

const MAX_LEFT = 1_000;

export class LeftBehind {
  /** In the order in which their clients left. */
  readonly #calls = new Set<LeftCall>();

  add(call: LeftCall): void {
    this.#calls.add(call);
    if (this.#calls.size <= MAX_LEFT) return;
    for (const oldest of this.#calls) {
      oldest.giveUpWaiting();
      return;
    }
  }

  delete(call: LeftCall): void {
    this.#calls.delete(call);
  }
}

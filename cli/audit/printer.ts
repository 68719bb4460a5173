/** Prints more than fits into memory: in pieces, and no faster than they are read. */

/** A log may have millions of lines. */
const PIECE = 64 * 1024;

export interface Output {
  readonly writableNeedDrain: boolean;
  write(text: string): unknown;
  on(event: 'error' | 'drain', listener: () => void): unknown;
  off(event: 'error' | 'drain', listener: () => void): unknown;
}

export class Printer {
  readonly #output: Output;
  readonly #gone = new AbortController();
  #held = '';

  constructor(output: Output = process.stdout) {
    this.#output = output;
    output.on('error', this.#end);
  }

  /** Aborted when nobody reads any more (`| head`). */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  print(text: string): void {
    this.#held += text;
    if (this.#held.length >= PIECE) this.flush();
  }

  flush(): void {
    if (this.#held !== '' && !this.gone.aborted) this.#output.write(this.#held);
    this.#held = '';
  }

  /** Undefined where there is room for more now; else resolves once there is, or nobody reads any more. */
  room(): Promise<void> | undefined {
    if (!this.#output.writableNeedDrain || this.gone.aborted) return undefined;
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#output.off('drain', settle);
        this.#output.off('error', settle);
        resolve();
      };
      this.#output.on('drain', settle);
      this.#output.on('error', settle);
    });
  }

  /** All that was printed is on its way. */
  end(): void {
    this.flush();
    this.#output.off('error', this.#end);
  }

  readonly #end = (): void => this.#gone.abort();
}

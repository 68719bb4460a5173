/** How far something is that takes longer than a person waits without wondering, on standard error. */

const QUIET_MS = 2_000;

export class Progress {
  readonly #say: (line: string) => void;
  readonly #now: () => number;
  #next: number;

  constructor(
    say: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
    now: () => number = () => performance.now(),
  ) {
    this.#say = say;
    this.#now = now;
    this.#next = now() + QUIET_MS;
  }

  /** `words` are made only where they are said. */
  at(words: () => string): void {
    const now = this.#now();
    if (now < this.#next) return;
    this.#next = now + QUIET_MS;
    this.#say(`sallyport: ${words()} …`);
  }
}

const LF = 0x0a;
const CR = 0x0d;

/** Finds LF, CR and CRLF one after the other; lines of events are long, and looking at each byte by itself is slow. */
export class LineEnds {
  readonly #bytes: Buffer;
  /** Index behind the line end found last. */
  behind: number;
  #lf: number;
  #cr: number;

  constructor(bytes: Buffer, from: number) {
    this.#bytes = bytes;
    this.behind = from;
    this.#lf = bytes.indexOf(LF, from);
    this.#cr = bytes.indexOf(CR, from);
  }

  /** Index of the next line end, or −1. */
  next(): number {
    const { behind } = this;
    if (this.#lf >= 0 && this.#lf < behind) this.#lf = this.#bytes.indexOf(LF, behind);
    if (this.#cr >= 0 && this.#cr < behind) this.#cr = this.#bytes.indexOf(CR, behind);
    const isCr = this.#cr >= 0 && (this.#lf < 0 || this.#cr < this.#lf);
    const end = isCr ? this.#cr : this.#lf;
    if (end >= 0) this.behind = isCr && this.#lf === end + 1 ? end + 2 : end + 1;
    return end;
  }
}

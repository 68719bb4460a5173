/** What a server says on standard error, and what we say of it, at a pace that a person and a disk can take. */
import type { Overlong } from '../../../core/mcp/overlong-message.ts';

/** Together with the bound on a line this is 400 KiB a second at most. */
const MAX_LINES = 50;
const WINDOW_MS = 1_000;

export class LogLimit {
  readonly #out: (line: string) => void;
  #taken = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(out: (line: string) => void) {
    this.#out = out;
  }

  push(line: string): void {
    // Set by the first line of a window and by no other: a quiet server costs no timer.
    this.#timer ??= setTimeout(() => this.flush(), WINDOW_MS).unref();
    if (this.#taken >= MAX_LINES) {
      this.#dropped++;
      return;
    }
    this.#taken++;
    this.#out(line);
  }

  /** A line that is too long to be taken. */
  drop(): void {
    this.#timer ??= setTimeout(() => this.flush(), WINDOW_MS).unref();
    this.#dropped++;
  }

  /** Says what was dropped, and begins anew. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#taken = 0;
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (dropped > 0) this.#out(`${dropped} ${dropped === 1 ? 'line' : 'lines'} dropped: too many, or too long`);
  }
}

const MAX_SHOWN_BYTES = 200;

export const NOT_ONE_OBJECT = 'it is no JSON object, or one with the same member twice';

/** Says of a line on standard output that it was skipped; `why` is a clause. */
export function strayLine(line: Buffer, why: string): string {
  const shown = line.toString('utf8', 0, MAX_SHOWN_BYTES);
  return `a line on standard output is no JSON-RPC message (${why}) and was skipped: ${shown}`;
}

/** Says of a line on standard output that it was too long to be held, and whose it was. */
export function overlongLine(message: Overlong, isGivenUp: boolean): string {
  const what =
    message.kind === 'answer' ? 'an answer' : message.method === undefined ? 'a line' : `a message (${message.method})`;
  return isGivenUp
    ? `${what} on standard output was dropped: too many large ones came in at once`
    : `${what} of more than 16 MiB on standard output was dropped`;
}

/** Calls that were sent, or were about to be, and whose end has not been read yet; of one stream. */
import type { Intent } from './parse-line.ts';
import type { Findings, Place } from './report.ts';

/** More than any gate has open at once; a file that names more was not written by one. */
const MAX_OPEN = 100_000;

export class OpenIntents {
  readonly #open = new Map<number, { place: Place; intent: Intent }>();

  begin(seq: number, place: Place, intent: Intent): void {
    if (this.#open.size < MAX_OPEN) this.#open.set(seq, { place, intent });
  }

  end(seq: number): void {
    this.#open.delete(seq);
  }

  /** The stream is over: what is open has no end, and whether it was executed only the server can say. */
  warn(findings: Findings): void {
    for (const { place, intent } of this.#open.values()) {
      const { what, who, traceId } = intent;
      const message = `The call of line ${place.line} (${what} by ${who}, trace ${traceId}) has no end: its gate died while it was with the server, or still waits. It may have been executed.`;
      findings.warn(place, 'call-without-end', message);
    }
    this.#open.clear();
  }
}

/**
 * How much waits for the Collector. The SDK's own queues are bounded as well, but drop without saying so to anybody but a meter of their
 * own, and forget a batch whose export has failed: here both are counted.
 */
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';

export class Room {
  readonly #max: number;
  readonly #onDropped: (count: number, why: string) => void;
  #waiting = 0;

  constructor(max: number, onDropped: (count: number, why: string) => void) {
    this.#max = max;
    this.#onDropped = onDropped;
  }

  /** One more waits; false: it found no room, and is counted as dropped. */
  enter(): boolean {
    if (this.#waiting >= this.#max) {
      this.#onDropped(1, `more than ${this.#max} waited for the Collector`);
      return false;
    }
    this.#waiting++;
    return true;
  }

  /** For an exporter: what it was given does not wait any more, whatever became of it. */
  leaving(batch: readonly unknown[], then: (result: ExportResult) => void): (result: ExportResult) => void {
    return (result) => {
      this.#waiting -= batch.length;
      if (result.code !== ExportResultCode.SUCCESS) this.#onDropped(batch.length, whyOf(result));
      then(result);
    };
  }
}

export function whyOf({ error }: ExportResult): string {
  return (error?.message ?? '').trim() === '' ? 'the export failed' : (error as Error).message.slice(0, MAX_WHY);
}

/** Such as the page that a proxy answers with. */
const MAX_WHY = 200;

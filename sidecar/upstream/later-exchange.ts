/** An exchange that begins in a moment, if somebody still waits for it then. */
import { type Exchange, UpstreamError, type UpstreamSink } from './upstream.ts';

export class LaterExchange implements Exchange {
  #inner: Exchange | undefined = undefined;
  #isGivenUp = false;

  /** Begins it now; what would be thrown where it had begun at once reaches the caller as its answer. */
  begin(sink: UpstreamSink, start: () => Exchange): void {
    if (this.#isGivenUp) return;
    try {
      this.#inner = start();
    } catch (error) {
      const known = error instanceof UpstreamError;
      sink.onError(known ? error : new UpstreamError('upstream-unreachable', 'it could not be run', error));
    }
  }

  resume(): void {
    this.#inner?.resume();
  }

  abort(): void {
    this.#isGivenUp = true;
    this.#inner?.abort();
  }
}

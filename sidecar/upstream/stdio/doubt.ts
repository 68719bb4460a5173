/**
 * Whether an error without an id can be about one call only. Servers that cannot read a message say so with `id: null` (JSON-RPC 2.0, Response
 * object); on a stream shared by all calls its caller would wait for ever. It may be about a notification as well, which nobody waits for.
 */
export class Doubt {
  #sent = 0;
  /** When the last message that is no request was sent; 0 when something sent after it has been answered. */
  #other = 0;

  /** A request was sent; returns its place in the order. */
  request(): number {
    return ++this.#sent;
  }

  /** Anything else was sent, which is not answered unless with such an error. */
  notRequest(): void {
    this.#other = ++this.#sent;
  }

  /** The request at this place was answered, so the server is done with what came before it. */
  answered(place: number): void {
    if (place > this.#other) this.#other = 0;
  }

  /** Everything that was sent and may be complained about is a request. */
  get isNone(): boolean {
    return this.#other === 0;
  }
}

/** What an MCP server keeps of its event streams, so that a client may lose one and come back for the rest. */
interface Kept<Message> {
  readonly id: string;
  readonly stream: string;
  readonly message: Message;
}

/** The `EventStore` of both generations of the SDK. */
export class Events<Message extends object> {
  readonly #events: Kept<Message>[] = [];

  async storeEvent(stream: string, message: Message): Promise<string> {
    const id = `${stream}_${this.#events.length}`;
    this.#events.push({ id, stream, message });
    return Promise.resolve(id);
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return Promise.resolve(this.#events.find((event) => event.id === id)?.stream);
  }

  async replayEventsAfter(
    last: string,
    { send }: { send: (id: string, message: Message) => Promise<void> },
  ): Promise<string> {
    const from = this.#events.findIndex(({ id }) => id === last);
    const stream = this.#events[from]?.stream ?? '';
    for (const event of this.#events.slice(from + 1)) {
      if (event.stream === stream && 'jsonrpc' in event.message) await send(event.id, event.message);
    }
    return stream;
  }
}

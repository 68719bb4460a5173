/** Between a gate and its store: passes everything on, or does to the answers what networks and strangers do. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export class StoreProxy {
  readonly #to: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Undefined: answers pass as they are. */
  answer: Buffer | undefined = undefined;
  delayMs = 0;

  private constructor(to: number) {
    this.#to = to;
    this.#server = createServer((client) => this.#pass(client));
  }

  static async start(to: number): Promise<StoreProxy> {
    const proxy = new StoreProxy(to);
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Every connection breaks. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #pass(client: Socket): void {
    const store = connect(this.#to, '127.0.0.1');
    for (const [one, other] of [
      [client, store],
      [store, client],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    client.on('data', (bytes) => store.write(bytes));
    store.on('data', (bytes) => {
      const said = this.answer ?? bytes;
      if (this.delayMs === 0) client.write(said);
      else setTimeout(() => client.write(said), this.delayMs);
    });
  }
}

/**
 * What a Service is to those who ask it: new connections go to one of the processes whose /readyz said yes when it was last looked,
 * those that are open stay where they are. The looks are as far apart as the news of an endpoint travels.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Backend {
  /** Where connections go, on loopback. */
  readonly port: number;
  /** Where /readyz is. */
  readonly readyPort: number;
}

export class ReadyProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #looks: NodeJS.Timeout;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, looks: NodeJS.Timeout, sockets: Set<Socket>) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#looks = looks;
    this.#sockets = sockets;
  }

  static async start(backends: readonly Backend[], lookMs: number): Promise<ReadyProxy> {
    let ready: readonly Backend[] = [];
    let turn = 0;
    const sockets = new Set<Socket>();
    const look = async (): Promise<void> => {
      const answers = await Promise.all(backends.map(isReady));
      ready = backends.filter((_, i) => answers[i]);
    };
    const server = createServer((client) => {
      const chosen = ready[turn++ % ready.length];
      if (chosen === undefined) {
        client.destroy();
        return;
      }
      const behind = connect(chosen.port, '127.0.0.1');
      for (const [socket, other] of [
        [client, behind],
        [behind, client],
      ] as const) {
        sockets.add(socket);
        socket.on('error', () => other.destroy()).on('close', () => sockets.delete(socket));
        socket.pipe(other);
      }
    });
    // On all addresses: whoever is led to `localhost` may ask the one or the other.
    await new Promise<void>((resolve) => server.listen(0, resolve));
    await look();
    return new ReadyProxy(
      server,
      setInterval(() => void look(), lookMs),
      sockets,
    );
  }

  async close(): Promise<void> {
    clearInterval(this.#looks);
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function isReady({ readyPort }: Backend): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${readyPort}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(
    () => undefined,
  );
  return answer?.ok === true;
}

/** Where the other gates of a server come in: what they pass on is served like what clients send here themselves. */
import type { AddressInfo, Socket } from 'node:net';
import tls from 'node:tls';
import type { Logger } from 'pino';
import { Handshakes } from '../memory/handshakes.ts';
import type { HopSecret } from './secret.ts';

/** Who knows the key needs no longer. */
const HANDSHAKE_MS = 2_000;
/** Gates of one server; whoever else connects fails in the handshake and is gone. */
const MAX_CONNECTIONS = 4_096;
const CROWDED =
  'connections are opened without end on the port where only gates of this server come in; let a NetworkPolicy keep others off it';

export class HopDoor {
  readonly #server: tls.Server;
  readonly #sockets = new Set<Socket>();

  /** `onConnection` takes a connection whose other side has shown that it is a gate of this server. */
  constructor(secret: HopSecret, log: Pick<Logger, 'debug' | 'error'>, onConnection: (socket: Socket) => void) {
    let isSaid = false;
    const handshakes = new Handshakes(() => {
      if (!isSaid) log.error(CROWDED);
      isSaid = true;
    });
    const options = { ...secret.accepting, handshakeTimeout: HANDSHAKE_MS, noDelay: true };
    this.#server = tls.createServer(options, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      handshakes.leave(socket);
      onConnection(socket);
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('connection', (socket: Socket) => handshakes.enter(socket));
    // Strangers, and gates whose key is another one.
    this.#server.on('tlsClientError', (error, socket) => {
      log.debug({ err: error }, 'a connection to the door for gates has failed');
      socket.destroy();
    });
    this.#server.on('error', (error) => log.error({ err: error }, 'the door for gates has trouble'));
  }

  /** Resolves with the port: another one where that is taken, for who calls is told which it is. Rejects with the system's error. */
  async listen(host: string | undefined, port: number): Promise<number> {
    try {
      return await this.#listen(host, port);
    } catch (error) {
      if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      return this.#listen(host, 0);
    }
  }

  #listen(host: string | undefined, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Takes no new connection; whoever serves those that are there ends them. Resolves when the last one has ended. */
  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** What is still open is cut. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

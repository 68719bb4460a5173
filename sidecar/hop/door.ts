/** Where the other gates of a server come in: what they pass on is served like what clients send here themselves. */
import type { AddressInfo, Socket } from 'node:net';
import tls from 'node:tls';
import type { Logger } from 'pino';
import { WaitingConnections } from '../memory/waiting-connections.ts';
import type { HopSecret } from './secret.ts';

/** Who knows the key needs no longer. */
const HANDSHAKE_MS = 2_000;
/** Gates of one server; whoever else connects fails in the handshake and is gone. */
const MAX_CONNECTIONS = 4_096;
/**
 * Connections whose other side has not shown the key yet; beyond, the one that has waited longest makes room. Anybody can open one and send
 * a ClientHello without its end, for which OpenSSL takes some 100 KB: 4,096 of them ended a gate. A gate needs milliseconds.
 */
export const MAX_HANDSHAKES = 128;
const CROWDED =
  'connections are opened without end on the port where only gates of this server come in; let a NetworkPolicy keep others off it';

export class HopDoor {
  readonly #server: tls.Server;
  readonly #sockets = new Set<Socket>();
  /** In the handshake, by the address and port of the other side. */
  readonly #strangers = new Map<string, Socket>();

  /** `onConnection` takes a connection whose other side has shown that it is a gate of this server. */
  constructor(secret: HopSecret, log: Pick<Logger, 'debug' | 'error'>, onConnection: (socket: Socket) => void) {
    let isSaid = false;
    const waiting = new WaitingConnections(() => {
      if (!isSaid) log.error(CROWDED);
      isSaid = true;
    }, MAX_HANDSHAKES);
    const options = { ...secret.accepting, handshakeTimeout: HANDSHAKE_MS, noDelay: true };
    this.#server = tls.createServer(options, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      const stranger = this.#strangers.get(otherSideOf(socket));
      if (stranger !== undefined) waiting.begins(stranger);
      onConnection(socket);
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('connection', (socket: Socket) => {
      const otherSide = otherSideOf(socket);
      this.#strangers.set(otherSide, socket);
      socket.once('close', () => {
        if (this.#strangers.get(otherSide) === socket) this.#strangers.delete(otherSide);
      });
      waiting.opened(socket);
    });
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

/** The connection below a TLS socket is not told by it; no two that are open have the same other side. */
function otherSideOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

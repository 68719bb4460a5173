/** Where the other gates of a server come in: what they pass on is served like what clients send here themselves. */
import type { AddressInfo, Socket } from 'node:net';
import tls from 'node:tls';
import type { Logger } from 'pino';
import type { HopSecret } from './secret.ts';

/** Who knows the key needs no longer. */
const HANDSHAKE_MS = 2_000;
/** Gates of one server; whoever else connects fails in the handshake and is gone. */
const MAX_CONNECTIONS = 4_096;
/**
 * Connections whose other side has not shown the key yet. Anybody can open one and send a ClientHello without its end, for which OpenSSL
 * takes some 100 KB: 4,096 of them ended a gate with the memory of the image. Node's backlog holds as many.
 */
export const MAX_HANDSHAKES = 512;
/** Beyond, who has waited so long makes room: no gate waits longer to be let in (hops.ts), and those that come at once do not cut each other. */
const PATIENCE_MS = 1_000;
const CROWDED =
  'connections are opened without end on the port where only gates of this server come in; let a NetworkPolicy keep others off it';

interface Stranger {
  readonly socket: Socket;
  readonly otherSide: string;
  /** Monotonic milliseconds. */
  readonly since: number;
}

export class HopDoor {
  readonly #server: tls.Server;
  readonly #sockets = new Set<Socket>();
  /** In the handshake, by the address and port of the other side; the longest waiting first. */
  readonly #strangers = new Map<string, Stranger>();

  /** `onConnection` takes a connection whose other side has shown that it is a gate of this server. */
  constructor(secret: HopSecret, log: Pick<Logger, 'debug' | 'error'>, onConnection: (socket: Socket) => void) {
    const options = { ...secret.accepting, handshakeTimeout: HANDSHAKE_MS, noDelay: true };
    this.#server = tls.createServer(options, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      this.#strangers.delete(otherSideOf(socket));
      onConnection(socket);
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
    let isSaid = false;
    this.#server.on('connection', (socket: Socket) => {
      if (this.#strangers.size >= MAX_HANDSHAKES) {
        if (!isSaid) log.error(CROWDED);
        isSaid = true;
      }
      this.#enter(socket);
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

  #enter(socket: Socket): void {
    const since = performance.now();
    const [longest] = this.#strangers.values();
    if (longest !== undefined && this.#strangers.size >= MAX_HANDSHAKES) {
      if (since - longest.since < PATIENCE_MS) {
        socket.destroy();
        return;
      }
      this.#strangers.delete(longest.otherSide);
      longest.socket.destroy();
    }
    const otherSide = otherSideOf(socket);
    const stranger = { socket, otherSide, since };
    this.#strangers.set(otherSide, stranger);
    socket.once('close', () => {
      if (this.#strangers.get(otherSide) === stranger) this.#strangers.delete(otherSide);
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

/**
 * Connections whose other side has not shown yet what it is: in a handshake, or before it. Anybody can open one and send a ClientHello
 * without its end, for which OpenSSL takes some 100 KB: 4,096 of them ended a gate with the memory of the image. So there is a bound, and
 * beyond it who has waited longest makes room.
 */
import type { Socket } from 'node:net';

/** Node's backlog holds as many. */
export const MAX_HANDSHAKES = 512;
/** Who has waited less makes no room: those that come at once do not cut each other. */
const PATIENCE_MS = 1_000;

interface Stranger {
  readonly socket: Socket;
  readonly otherSide: string;
  /** Monotonic milliseconds. */
  readonly since: number;
}

export class Handshakes {
  /** By the address and port of the other side; the longest waiting first. */
  readonly #strangers = new Map<string, Stranger>();
  readonly #onCrowded: () => void;

  /** `onCrowded` is called for each that finds no room, or has to make some. */
  constructor(onCrowded: () => void) {
    this.#onCrowded = onCrowded;
  }

  enter(socket: Socket): void {
    const since = performance.now();
    const [longest] = this.#strangers.values();
    if (longest !== undefined && this.#strangers.size >= MAX_HANDSHAKES) {
      this.#onCrowded();
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

  /** It has shown what it is; `socket` may be the one on top of the one that has entered. */
  leave(socket: Socket): void {
    this.#strangers.delete(otherSideOf(socket));
  }
}

/** The connection below a TLS socket is not told by it; no two that are open have the same other side. */
function otherSideOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

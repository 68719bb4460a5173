/**
 * Connections on which nothing is asked yet, or no more. Anybody can open them, and send half a head of 16 KiB on each, before there is
 * a request that could be refused: 2,400 of those ended a gate with the memory of the image. So there is a bound, and whoever has waited
 * longest makes room; to a client that comes back to an idle connection it is closed as it is after the keep-alive time.
 */
import type http from 'node:http';
import type { Socket } from 'node:net';
import type { Notice } from './notices.ts';

/** With heads of full size on all of them, a quarter of the heap of the image. */
const MAX_WAITING = 1_024;
/** Of a port for those who run the gate: probes, and whoever collects metrics. */
export const MAX_WAITING_OPERATORS = 128;

/** Told to whoever runs the gate. */
export const CROWDED: Notice = {
  about: 'clients',
  sentence:
    'more than 1,024 connections are open on which nothing is asked; those that have waited longest are closed. Somebody opens connections without end, or pools far too many',
};

export class WaitingConnections {
  /** The longest waiting first. */
  readonly #waiting = new Set<Socket>();
  /** Requests that are served on a connection now: there may be several (pipelining). */
  readonly #served = new WeakMap<Socket, number>();
  readonly #onCrowded: () => void;
  readonly #max: number;

  /** `onCrowded` is called for each that had to make room. */
  constructor(onCrowded: () => void, max = MAX_WAITING) {
    this.#onCrowded = onCrowded;
    this.#max = max;
  }

  /** All connections of a server that nobody else watches. */
  watch(server: http.Server): void {
    server.on('connection', (socket: Socket) => this.opened(socket));
    server.on('request', ({ socket }, response) => {
      this.begins(socket);
      response.once('close', () => this.ends(socket));
    });
  }

  opened(socket: Socket): void {
    this.#wait(socket);
    socket.once('close', () => this.#waiting.delete(socket));
  }

  /** A request has come in on it. */
  begins(socket: Socket): void {
    this.#waiting.delete(socket);
    this.#served.set(socket, (this.#served.get(socket) ?? 0) + 1);
  }

  /** It has its answer, or will have none. */
  ends(socket: Socket): void {
    const left = (this.#served.get(socket) ?? 1) - 1;
    this.#served.set(socket, left);
    if (left === 0 && !socket.destroyed) this.#wait(socket);
  }

  #wait(socket: Socket): void {
    this.#waiting.add(socket);
    if (this.#waiting.size <= this.#max) return;
    const [longest] = this.#waiting;
    if (longest === undefined) return;
    this.#waiting.delete(longest);
    longest.destroy();
    this.#onCrowded();
  }
}

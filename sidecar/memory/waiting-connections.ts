/**
 * Connections on which nothing is asked yet, or no more. Anybody can open them, and send half a head of 16 KiB on each, before there is
 * a request that could be refused: 2,400 of those ended a gate with the memory of the image. So there is a bound, and whoever has waited
 * longest makes room; to a client that comes back to an idle connection it is closed as it is after the keep-alive time.
 */
import type http from 'node:http';
import type { Socket } from 'node:net';
import { InOrder, Place } from './in-order.ts';
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
  readonly #waiting = new InOrder<Connection>();
  readonly #connections = new WeakMap<Socket, Connection>();
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
    const connection = new Connection(socket);
    this.#connections.set(socket, connection);
    this.#wait(connection);
    socket.once('close', () => this.#waiting.leave(connection.place));
  }

  /** A request has come in on it. */
  begins(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    this.#waiting.leave(connection.place);
    connection.served++;
  }

  /** It has its answer, or will have none. */
  ends(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    connection.served--;
    if (connection.served === 0 && !socket.destroyed) this.#wait(connection);
  }

  #wait(connection: Connection): void {
    this.#waiting.enter(connection.place);
    if (this.#waiting.size <= this.#max) return;
    const longest = this.#waiting.first;
    if (longest === undefined) return;
    this.#waiting.leave(longest.place);
    longest.socket.destroy();
    this.#onCrowded();
  }
}

class Connection {
  readonly socket: Socket;
  readonly place: Place<Connection>;
  /** Requests that are served on it now: there may be several (pipelining). */
  served = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    this.place = new Place<Connection>(this);
  }
}

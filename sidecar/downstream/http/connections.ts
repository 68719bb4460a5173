/** How connections of clients come to the HTTP server: bounded while nothing is asked on them, and by TLS where policy has it so. */
import type http from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { CROWDED, WaitingConnections } from '../../memory/waiting-connections.ts';
import type { PathParts } from '../../path/parts.ts';
import { CallerCertificates } from '../../identity/certificates/caller-certificates.ts';
import { asksTls } from '../../tls/client-tls.ts';
import { TlsDoor } from '../../tls/door.ts';
import type { HttpFence } from './fence.ts';

type Listener = (this: http.Server, socket: Socket) => void;

export class Connections {
  readonly #gate: PathParts;
  readonly #server: http.Server;
  /** What Node does with a connection. */
  readonly #onHttp: readonly Listener[];
  readonly #waiting: WaitingConnections;
  readonly #fence: HttpFence;
  /** Made when policy asks for it first: most gates never need one. */
  #door: TlsDoor | undefined;
  /** On which another gate of this server passes on what is for this one. */
  readonly #fromGates = new WeakSet<Socket>();
  /** Monotonic milliseconds of the last connection. */
  connectedAt = -Infinity;

  constructor(server: http.Server, gate: PathParts, fence: HttpFence) {
    this.#gate = gate;
    this.#waiting = new WaitingConnections(() => gate.notices.say('crowded', CROWDED));
    this.#fence = fence;
    // Node begins to read at once; here that waits until the connection has shown what it is.
    this.#server = server;
    this.#onHttp = server.listeners('connection') as Listener[];
    server.removeAllListeners('connection');
    const onConnection = fence.socket<undefined>((_, socket) => this.#opened(socket));
    server.on('connection', (socket: Socket) => onConnection(undefined, socket));
  }

  /** Its other side has shown that it is a gate of this server. */
  takeFromGate(socket: Socket): void {
    this.#fromGates.add(socket);
    this.#serve(socket);
  }

  isFromGate(socket: Socket): boolean {
    return this.#fromGates.has(socket);
  }

  /** A request has come in on it. */
  begins(socket: Socket): void {
    this.#waiting.begins(socket);
  }

  /** It has its answer, or will have none. */
  ends(socket: Socket): void {
    this.#waiting.ends(socket);
  }

  #opened(socket: Socket): void {
    const { tls } = this.#gate;
    if (tls === undefined || !this.#asksTls()) {
      this.#serve(socket);
      return;
    }
    this.#door ??= this.#doorOf(tls);
    this.#door.take(socket);
  }

  /** Where nobody can say it, each request is told so, and refused by its own fence: none gets further than here without being asked again. */
  #asksTls(): boolean {
    try {
      return asksTls(this.#gate.policy.current()?.bundle);
    } catch {
      return false;
    }
  }

  #serve(socket: Socket): void {
    this.connectedAt = this.#gate.clock.monotonic();
    this.#waiting.opened(socket);
    for (const listener of this.#onHttp) listener.call(this.#server, socket);
  }

  #doorOf({ certificate, counts }: NonNullable<PathParts['tls']>): TlsDoor {
    const gate = this.#gate;
    const serve = this.#fence.socket<undefined>((_, socket) => this.#serve(socket));
    return new TlsDoor(
      { certificate, clients: new CallerCertificates(gate.policy), log: gate.log },
      {
        onConnection: (socket) => serve(undefined, socket),
        onOutcome: (outcome) => counts.ended(outcome),
        onNotice: (notice) => gate.notices.say('crowded-handshakes', notice),
      },
    );
  }
}

/** Whether a request could be read on its way, and policy has none such served: nor is anybody let in who has sent a secret like that. */
export function comesPlain({ socket }: http.IncomingMessage, policy: PathParts['policy']): boolean {
  return (socket as Partial<TLSSocket>).encrypted !== true && asksTls(policy.current()?.bundle);
}

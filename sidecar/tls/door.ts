/**
 * The listener of clients where policy asks for TLS: by its first byte a connection shows whether it begins a handshake (RFC 8446 §5.1).
 * What is plain goes on as it is, to be refused with words: a client that is told nothing tries for ever. Node has a server for either,
 * and none for both.
 */
import type { Socket } from 'node:net';
import tls from 'node:tls';
import type { Logger } from 'pino';
import { Handshakes } from '../memory/handshakes.ts';
import type { Notice } from '../memory/notices.ts';
import type { HandshakeOutcome } from './counts.ts';
import type { ServingCertificate } from './serving-certificate.ts';
import { SUITES } from './suites.ts';

/** From the connection to the end of its handshake; nobody's takes a second. */
const HANDSHAKE_MS = 10_000;
/** Of the record that a handshake begins with. */
const HANDSHAKE_RECORD = 22;

/** Told to whoever runs the gate. */
const CROWDED: Notice = {
  about: 'clients',
  sentence:
    'more than 512 connections are open that have not ended their handshake; those that have waited longest are closed. Somebody opens connections without end',
};

export interface DoorEvents {
  /** A connection to speak HTTP on: a TLS socket, or one that is plain. */
  onConnection(socket: Socket): void;
  onOutcome(outcome: HandshakeOutcome): void;
  onNotice(notice: Notice): void;
}

/** How clients are asked for a certificate of their own. */
export interface ClientCertificates<T extends object = object> {
  /** By whose word they count now: another object where others are trusted. Undefined: nobody is asked for one. */
  trusted(): T | undefined;
  /** Sets what a server begins handshakes with. */
  setContext(server: tls.Server, options: tls.SecureContextOptions, trusted: T): void;
  /** The handshake of a client is done that was asked. */
  shown(socket: tls.TLSSocket, trusted: T): void;
}

export interface DoorParts {
  readonly certificate: ServingCertificate;
  readonly clients: ClientCertificates;
  readonly log: Pick<Logger, 'debug'>;
}

export class TlsDoor {
  readonly #parts: DoorParts;
  readonly #events: DoorEvents;
  readonly #handshakes: Handshakes;
  /** Of handshakes that begin now. It never listens: connections are handed to it. */
  #server: tls.Server;
  #trusted: object | undefined;

  constructor(parts: DoorParts, events: DoorEvents) {
    this.#parts = parts;
    this.#events = events;
    this.#handshakes = new Handshakes(() => events.onNotice(CROWDED));
    this.#trusted = parts.clients.trusted();
    this.#server = this.#newServer();
    parts.certificate.onChange(() => this.#use(this.#server));
  }

  #newServer(): tls.Server {
    const trusted = this.#trusted;
    const { clients, log } = this.#parts;
    // A client without a certificate, or with one that does not count, is told so in words.
    const asks = trusted === undefined ? {} : { requestCert: true, rejectUnauthorized: false };
    const options = { ...SUITES, ALPNProtocols: ['http/1.1'], handshakeTimeout: HANDSHAKE_MS, noDelay: true, ...asks };
    const server = tls.createServer(options, (socket) => {
      if (trusted !== undefined) clients.shown(socket, trusted);
      this.#secured(socket);
    });
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      this.#events.onOutcome(error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT' ? 'late' : 'failed');
      log.debug({ err: error }, 'a client has not ended its handshake');
      socket.destroy();
    });
    this.#use(server);
    return server;
  }

  take(socket: Socket): void {
    this.#handshakes.enter(socket);
    if (socket.destroyed) return;
    const late = setTimeout(() => {
      this.#events.onOutcome('late');
      socket.destroy();
    }, HANDSHAKE_MS);
    const onError = (): void => void socket.destroy();
    const onClose = (): void => clearTimeout(late);
    socket.on('error', onError);
    socket.once('close', onClose);
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      // It ended without a word.
      if (first === null) return void socket.destroy();
      clearTimeout(late);
      socket.off('error', onError).off('close', onClose);
      socket.unshift(first);
      this.#sort(socket, first[0] === HANDSHAKE_RECORD);
    });
  }

  #sort(socket: Socket, isHandshake: boolean): void {
    if (!isHandshake) {
      this.#handshakes.leave(socket);
      this.#events.onOutcome('plain');
      this.#events.onConnection(socket);
      return;
    }
    if (this.#parts.certificate.state.pair === undefined) {
      this.#events.onOutcome('no-certificate');
      socket.destroy();
      return;
    }
    // As servers of `tls` have it: else a client that goes in the middle of its handshake is never missed.
    socket.allowHalfOpen = false;
    this.#serverNow().emit('connection', socket);
  }

  #secured(socket: tls.TLSSocket): void {
    this.#handshakes.leave(socket);
    // A client that asks for one handshake after the other (TLS 1.2) costs much and pays little.
    socket.disableRenegotiation();
    this.#events.onOutcome('done');
    this.#events.onConnection(socket);
  }

  /** Connections that are there keep what they began with. */
  #use(server: tls.Server): void {
    const { pair } = this.#parts.certificate.state;
    if (pair === undefined) return;
    const options = { ...SUITES, cert: pair.cert, key: pair.key };
    if (this.#trusted === undefined) server.setSecureContext(options);
    else this.#parts.clients.setContext(server, options, this.#trusted);
  }

  /** One for each that is trusted: so it is known, of each handshake, what it was held against. */
  #serverNow(): tls.Server {
    const trusted = this.#parts.clients.trusted();
    if (trusted !== this.#trusted) {
      this.#trusted = trusted;
      this.#server = this.#newServer();
    }
    return this.#server;
  }
}

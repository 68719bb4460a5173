/**
 * What the archive answers, over TLS: POST /v1/segments to gates, each proven by the certificate that the operator gave it; to readers, with
 * a token, GET /v1/records (a search), GET /v1/streams, GET /v1/lines (one stream as it was written), and /v1/holds.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import { type SegmentAnswer, statusOf } from '../core/audit/archiving/answer.ts';
import { serverOfGate } from '../core/audit/archiving/gate-name.ts';
import { parseSegment } from '../core/audit/archiving/segment.ts';
import { answerFailed, fenced } from '../core/fence.ts';
import { answerReader, type ReadingParts } from './reading.ts';
import { type Body, readBody } from './body.ts';
import type { TlsMaterial } from './tls-files.ts';

/** Gates send half of it; a line may be as long as this. */
const MAX_SEGMENT_BYTES = 4 * 1024 * 1024;
/** Segments that are held at once: 64 MiB of bodies, and as much again while they are read. */
const MAX_SEGMENTS = 16;
/** Of one server, once half of them are taken: who is slow with all that it sends must not keep out the others. */
const MAX_OF_ONE = 4;
/** A gate that is slower than this with a segment has no network to speak of. */
const REQUEST_MS = 60_000;
/** A gate sends every second when there is something to send; a handshake costs more than a connection that is kept. */
const KEEP_ALIVE_MS = 60_000;
const DRAIN_MS = 5_000;

export interface ArchiveServerParts extends ReadingParts {
  readonly log: Logger;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

export class ArchiveServer {
  readonly #parts: ArchiveServerParts;
  readonly #server: Server;
  #segments = 0;
  readonly #segmentsOf = new Map<string, number>();

  constructor(parts: ArchiveServerParts, material: TlsMaterial) {
    this.#parts = parts;
    this.#server = createServer(
      // Readers have no certificate, so one is asked for and not required; who sends a segment has to have one.
      {
        ...material,
        requestCert: true,
        rejectUnauthorized: false,
        minVersion: 'TLSv1.2',
        keepAliveTimeout: KEEP_ALIVE_MS,
      },
      fenced(
        async (request: IncomingMessage, response: ServerResponse) => this.#handle(request, response),
        (error, _request, response) => {
          parts.log.error({ err: error }, 'a request was not answered');
          answerFailed(response);
        },
      ),
    );
    this.#server.requestTimeout = REQUEST_MS;
  }

  /** Resolves with the port. */
  listen(port: number, host: string | undefined): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) =>
          this.#parts.log.error({ err: error }, 'the port of the archive has trouble'),
        );
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** For connections from now on. */
  renew(material: TlsMaterial): void {
    this.#server.setSecureContext(material);
  }

  /** What is being written is finished and answered. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const late = setTimeout(() => this.#server.closeAllConnections(), DRAIN_MS);
    this.#server.closeIdleConnections();
    await closed;
    clearTimeout(late);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '/', 'https://archive');
    if (url === null) return send(request, response, { status: 400, body: { error: 'the request target is no path' } });
    if (request.method === 'POST' && url.pathname === '/v1/segments')
      return send(request, response, await this.#segment(request));
    const answer = await answerReader(request, response, url, this.#parts);
    if (answer !== undefined) send(request, response, answer);
  }

  async #segment(request: IncomingMessage): Promise<Answer> {
    const { metrics, clock } = this.#parts;
    const server = gateOf(request.socket as TLSSocket, clock.now());
    if (server === undefined) {
      metrics.refused('unproven');
      return {
        status: 401,
        body: { error: 'send segments over TLS with the certificate of a gate, as the operator gives them' },
      };
    }
    const own = this.#segmentsOf.get(server) ?? 0;
    if (this.#segments >= MAX_SEGMENTS || (this.#segments >= MAX_SEGMENTS / 2 && own >= MAX_OF_ONE)) {
      metrics.refused('busy');
      return { status: 503, body: { error: 'too many segments are on their way; try again' } };
    }
    this.#segments += 1;
    this.#segmentsOf.set(server, own + 1);
    try {
      const body = await readBody(request, MAX_SEGMENT_BYTES);
      return await this.#append(server, body);
    } finally {
      this.#segments -= 1;
      const left = (this.#segmentsOf.get(server) ?? 1) - 1;
      if (left > 0) this.#segmentsOf.set(server, left);
      else this.#segmentsOf.delete(server);
    }
  }

  async #append(server: string, body: Body): Promise<Answer> {
    const { store, metrics, log } = this.#parts;
    if ('tooLarge' in body) {
      metrics.refused('too-large');
      return { status: 413, body: { error: `a segment has at most ${MAX_SEGMENT_BYTES} bytes` } };
    }
    const segment = parseSegment(body.bytes, server);
    let outcome;
    try {
      outcome = 'reason' in segment ? segment : await store.append(server, segment);
    } catch (error) {
      metrics.failed('append');
      log.error({ err: error, server }, 'a segment could not be kept; its gate keeps it and sends it again');
      return { status: 503, body: { error: 'the database of the archive failed; try again' } };
    }
    if ('reason' in outcome) {
      metrics.refused(outcome.reason);
      log.warn({ server, reason: outcome.reason, detail: outcome.detail }, 'a segment was refused');
      return { status: statusOf(outcome), body: { error: outcome.detail, reason: outcome.reason } };
    }
    metrics.taken(outcome.added, outcome.bytes);
    const { stream, seq, hash, added } = outcome;
    return { status: 200, body: { stream, seq, hash, added } satisfies SegmentAnswer };
  }
}

/**
 * `namespace/name` of the server that the other end has proven to be a gate of. TLS looks at a certificate when a connection is made, and
 * one that is kept open must not outlive it.
 */
function gateOf(socket: TLSSocket, now: number): string | undefined {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  if (certificate === undefined || certificate.validToDate.getTime() <= now) return undefined;
  return serverOfGate(certificate.subjectAltName);
}

function send(request: IncomingMessage, response: ServerResponse, { status, body }: Answer): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  // What of the body is still on its way is not waited for; and whoever has a new certificate needs a new connection.
  response.writeHead(status, request.complete && status !== 401 ? headers : { ...headers, connection: 'close' });
  response.end(text);
}

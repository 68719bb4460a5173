/** Where clients connect: one HTTP server, one path, everything handed to the path of a call. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { refuse, type Refusal } from '../../core/mcp/refusals.ts';
import { Call, type HttpMethod } from '../call/call.ts';
import { allowOrigin, answerPreflight, isPreflight } from '../call/cors.ts';
import { bodyTooLarge, checkHead } from '../call/intake-http.ts';
import { admit, admitHead, refuseCall } from '../call/path.ts';
import type { Gate } from '../gate.ts';
import { traceIdOf } from '../telemetry/trace-id.ts';
import { HttpReply } from './http-reply.ts';

const SERVER_OPTIONS: http.ServerOptions = {
  // Longer than the idle timeout of those who pool connections to us, or their next POST meets a closing socket.
  keepAliveTimeout: 95_000,
  headersTimeout: 10_000,
  // The upload of a request; answers may take as long as they like.
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16_384,
  requireHostHeader: true,
  joinDuplicateHeaders: false,
};

export class HttpServer {
  readonly #gate: Gate;
  readonly #server: http.Server;

  constructor(gate: Gate) {
    this.#gate = gate;
    this.#server = http.createServer(SERVER_OPTIONS, (request, response) => this.#take(request, response, false));
    this.#server.on('checkContinue', (request, response) => this.#take(request, response, true));
    this.#server.on('checkExpectation', (request, response) =>
      this.#refuseHead(request, response, refuse('expectation-failed')),
    );
    // MCP upgrades to nothing, and a tunnel would pass undecided.
    this.#server.on('upgrade', (_request, socket) => socket.destroy());
    this.#server.on('connect', (_request, socket) => socket.destroy());
  }

  /** Resolves with the port once connections are taken; rejects with the system's error. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Takes no new connection, lets calls finish for `graceMs`, then closes what is left. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(timer);
  }

  #take(request: http.IncomingMessage, response: http.ServerResponse, expectsContinue: boolean): void {
    const call = newCall(request, this.#gate);
    const reply = new HttpReply(request, response);
    const policy = this.#gate.policy.current();
    call.policy = policy;
    const misframed = policy === undefined ? undefined : checkHead(request, policy);
    const { origin } = request.headers;
    if (misframed === undefined && origin !== undefined) {
      allowOrigin(response, origin);
      if (isPreflight(request)) {
        answerPreflight(request, response);
        return;
      }
    }
    const refusal = misframed ?? admitHead(call, this.#gate);
    if (refusal !== undefined) refuseCall(call, reply, this.#gate, refusal);
    else if (call.httpMethod !== 'POST') admit(call, reply, this.#gate);
    else {
      if (expectsContinue) response.writeContinue();
      new BodyReader(call, reply, this.#gate).read(request);
    }
  }

  #refuseHead(request: http.IncomingMessage, response: http.ServerResponse, refusal: Refusal): void {
    refuseCall(newCall(request, this.#gate), new HttpReply(request, response), this.#gate, refusal);
  }
}

/** Collects the body of one request, never more than the policy allows. */
class BodyReader {
  readonly #call: Call;
  readonly #reply: HttpReply;
  readonly #gate: Gate;
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #over = false;

  constructor(call: Call, reply: HttpReply, gate: Gate) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#limit = call.policy?.bundle.limits.body ?? 0;
  }

  read(request: http.IncomingMessage): void {
    request.on('data', (chunk: Buffer) => this.#onData(chunk));
    request.on('end', () => this.#onEnd());
    request.on('error', () => this.#onBroken());
  }

  #onData(chunk: Buffer): void {
    if (this.#over) return;
    this.#length += chunk.length;
    if (this.#length <= this.#limit) {
      this.#chunks.push(chunk);
      return;
    }
    this.#over = true;
    refuseCall(this.#call, this.#reply, this.#gate, bodyTooLarge(this.#limit));
  }

  #onEnd(): void {
    if (this.#over) return;
    this.#over = true;
    const [only] = this.#chunks;
    this.#call.body =
      this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks, this.#length);
    admit(this.#call, this.#reply, this.#gate);
  }

  /** The client left in the middle of its upload: nothing was asked, but that it tried is on record. */
  #onBroken(): void {
    if (this.#over) return;
    this.#over = true;
    refuseCall(this.#call, this.#reply, this.#gate, refuse('not-json', 'the body was not sent to its end'));
  }
}

function newCall(request: http.IncomingMessage, gate: Gate): Call {
  const { headers } = request;
  return new Call(
    (request.method ?? '') as HttpMethod,
    headers,
    {
      protocolVersion: single(headers['mcp-protocol-version']),
      method: single(headers['mcp-method']),
      name: single(headers['mcp-name']),
    },
    single(headers['mcp-session-id']),
    traceIdOf(headers['traceparent']),
    gate.clock.monotonic(),
  );
}

/** Repeated ones were joined by the parser; the intake refuses them before anything is read from here. */
function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

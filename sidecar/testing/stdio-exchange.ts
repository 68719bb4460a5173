/** Calls that are handed to an upstream directly, and what comes back for each. */
import { findRevision } from '../../core/mcp/revisions/index.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { Exchange, Upstream, UpstreamError, UpstreamSink } from '../upstream/upstream.ts';
import { upstreamRequest } from './upstream-request.ts';

type JsonObject = Readonly<Record<string, unknown>>;

export interface AskOptions {
  readonly id?: string | number | undefined;
  readonly params?: JsonObject;
  /** Default: none, as of a client that proved nothing. */
  readonly principal?: Principal;
  readonly version?: string;
  readonly sessionId?: string;
}

/** Takes an answer, at the pace it is told to. */
export class Taken implements UpstreamSink {
  status = 0;
  session: string | undefined = undefined;
  text = '';
  error: UpstreamError | undefined = undefined;
  exchange: Exchange | undefined = undefined;
  /** False makes a client that does not read. */
  reads = true;
  readonly #over = Promise.withResolvers<this>();

  /** Resolves when it is over, well or not. */
  get over(): Promise<this> {
    return this.#over.promise;
  }

  get messages(): JsonObject[] {
    return this.text
      .split('\n')
      .filter((line) => line.startsWith('data: ') || line.startsWith('{'))
      .map((line) => JSON.parse(line.replace(/^data: /, '')) as JsonObject);
  }

  onHead(status: number, headers: { 'mcp-session-id'?: string }): void {
    this.status = status;
    this.session = headers['mcp-session-id'];
  }

  onData(chunk: Buffer): boolean {
    this.text += chunk.toString();
    return this.reads;
  }

  onEnd(): void {
    this.#over.resolve(this);
  }

  onError(error: UpstreamError): void {
    this.error = error;
    this.#over.resolve(this);
  }
}

/** Without an id it is a notification. */
export function ask(upstream: Upstream, method: string, asked: AskOptions = {}): Taken {
  const { id, params = {}, principal, version = '2026-07-28', sessionId } = asked;
  const request = upstreamRequest({
    body: Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params })),
    message: id === undefined ? { kind: 'notification', method, params } : { kind: 'request', id, method, params },
    revision: findRevision(version),
    ...{ principal, sessionId },
  });
  const taken = new Taken();
  taken.exchange = upstream.send(request, taken);
  return taken;
}

/** The server behind the gate, whatever the transport. */
import type { IncomingHttpHeaders } from 'node:http';
import type { UpstreamRequest } from './request.ts';

export type UpstreamFailure =
  | 'upstream-unreachable'
  | 'upstream-broken'
  | 'upstream-invalid'
  | 'credential-echoed'
  | 'no-credentials'
  | 'credentials-unavailable';

export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly reason: UpstreamFailure;

  constructor(reason: UpstreamFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** Takes an answer as it comes in; exactly one of `onEnd` and `onError` is called, and nothing after it. */
export interface UpstreamSink {
  onHead(status: number, headers: IncomingHttpHeaders): void;
  /** False asks the sender to pause until it is resumed through the exchange. */
  onData(chunk: Buffer): boolean;
  onEnd(): void;
  onError(error: UpstreamError): void;
}

/** For what the gate sends of its own accord: what the server says to it changes nothing. */
export const NOBODY_LISTENS: UpstreamSink = { onHead() {}, onData: () => true, onEnd() {}, onError() {} };

export interface Exchange {
  resume(): void;
  /** Gives the exchange up; the server is told where the transport can. Nothing is called on the sink afterwards. */
  abort(): void;
}

export interface Upstream {
  /** The MCP endpoint of a server reached over HTTP; a program has none. */
  readonly url: URL | undefined;
  /** True while calls fail at once because the server could not be reached lately; a program has no such time. */
  readonly isAvoided?: boolean | undefined;
  /** Hands over what has passed the door of requests. */
  send(request: UpstreamRequest, sink: UpstreamSink): Exchange;
  /**
   * HTTP+SSE (2024-11-05): the path that the server announces for posting, from the text of its `endpoint` event. Undefined when it
   * lies elsewhere, and on transports that have no such thing.
   */
  endpointIn(announced: string): string | undefined;
  close(): Promise<void>;
}

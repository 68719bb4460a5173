/** The server behind the gate, whatever the transport. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from '../call/call.ts';

export type UpstreamFailure = 'upstream-unreachable' | 'upstream-broken' | 'upstream-invalid';

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

export interface Exchange {
  resume(): void;
  /** Gives the exchange up; the server is told where the transport can. Nothing is called on the sink afterwards. */
  abort(): void;
}

export interface Upstream {
  /** Hands a call that passed the request door to the server. */
  send(call: Call, sink: UpstreamSink): Exchange;
  close(): Promise<void>;
}

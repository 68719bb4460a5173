/** What came in, as its transport has it: known before anything is decided, and never changed. */
import type { IncomingHttpHeaders } from 'node:http';
import type { McpHeaders } from '../../core/mcp/classify.ts';
import type { TraceParent } from '../../core/telemetry/trace-context.ts';
import type { Shown } from '../identity/shown.ts';
import type { HttpMethod } from '../upstream/request.ts';

/** Whoever is at the other end, where there is a connection: for what is recorded of those nobody knows. */
export type Peer = NonNullable<Shown['peer']>;

interface RequestParts {
  readonly httpMethod: HttpMethod;
  readonly target?: string | undefined;
  readonly traceId: string;
  readonly parent?: TraceParent | undefined;
  readonly headers?: IncomingHttpHeaders | undefined;
  readonly mcpHeaders?: McpHeaders | undefined;
  readonly sessionId?: string | undefined;
  readonly isPostedToEndpoint?: boolean;
  readonly peer?: Peer | undefined;
}

const NO_HEADERS: IncomingHttpHeaders = Object.freeze({});

export class CallRequest {
  readonly httpMethod: HttpMethod;
  /** Path and query; undefined on transports without. */
  readonly target: string | undefined;
  /** Of the head; what a message says itself goes before it: `Call.traceId`. */
  readonly traceId: string;
  /** The span that its client says it is part of, in its head. */
  readonly parent: TraceParent | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Undefined on transports without headers. */
  readonly mcpHeaders: McpHeaders | undefined;
  /** Session the client names, if it names one. */
  readonly sessionId: string | undefined;
  /** It names it in the address it posts to, which HTTP+SSE (2024-11-05) gave out. */
  readonly isPostedToEndpoint: boolean;
  readonly peer: Peer | undefined;

  constructor(parts: RequestParts) {
    this.httpMethod = parts.httpMethod;
    this.target = parts.target;
    this.traceId = parts.traceId;
    this.parent = parts.parent;
    this.headers = parts.headers ?? NO_HEADERS;
    this.mcpHeaders = parts.mcpHeaders;
    this.sessionId = parts.sessionId;
    this.isPostedToEndpoint = parts.isPostedToEndpoint ?? false;
    this.peer = parts.peer;
  }
}

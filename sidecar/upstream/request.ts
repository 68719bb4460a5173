/** What is asked of the server: a call that has passed the door of requests, or a message of the gate's own. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Message } from '../../core/mcp/message.ts';
import type { Revision } from '../../core/mcp/revision.ts';
import type { Principal } from '../../core/policy/principal.ts';

export type HttpMethod = 'POST' | 'GET' | 'DELETE' | 'HEAD';

export interface UpstreamRequest {
  readonly httpMethod: HttpMethod;
  /** As they came from whoever asks; which of them cross is for the transport to say. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | undefined;
  /** What the body says. */
  readonly message: Message | undefined;
  readonly revision: Revision | undefined;
  /** Of the caller's own session, if it names one. */
  readonly sessionId: string | undefined;
  /** The path to post to, where it is the session's own (HTTP+SSE, 2024-11-05). */
  readonly endpoint: string | undefined;
  /** Where a stream is resumed that its caller was given. */
  readonly mayResume: boolean;
  readonly principal: Principal | undefined;
  /** The server is the one that the caller's token was made for. */
  readonly withToken: boolean;
  /** What the server says before the answer can reach the caller. */
  readonly takesMore: boolean;
  /** What the gate itself shows to the server; set on the way there (credentials/guarded-upstream.ts). */
  readonly own?: OwnParts;
  /** Told of a key of the gate in the request, or in the answer. */
  readonly onEcho?: (echo: Echo) => void;
}

export interface OwnParts {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Behind the path and what may be in its query already, percent-encoded; empty: nothing. */
  readonly query: string;
  /** None of these comes from a caller, whether the gate has something to say in it or not. */
  readonly instead: ReadonlySet<string>;
}

/** A key that was seen where it has no business; never the key itself. */
export interface Echo {
  /** Of the credential. */
  readonly credential: string;
  /** `request`: the caller has sent it. */
  readonly where: 'head' | 'body' | 'request';
  readonly becomes: 'Log' | 'Redact' | 'Deny';
}

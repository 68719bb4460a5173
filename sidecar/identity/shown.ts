import type { IncomingHttpHeaders } from 'node:http';

/** What a request shows of who makes it, as its transport has it. */
export interface Shown {
  readonly httpMethod: string;
  /** Path and query, as they came; undefined on transports without. */
  readonly target?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** The other end of the connection, and never what a header says of it. */
  readonly peer: { readonly remoteAddress?: string | undefined } | undefined;
}

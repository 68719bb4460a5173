import type { IncomingHttpHeaders } from 'node:http';
import type { ShownCertificate } from './certificates/shown-certificate.ts';

/** What a request shows of who makes it, as its transport has it. */
export interface Shown {
  readonly httpMethod: string;
  /** Path and query, as they came; undefined on transports without. */
  readonly target?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** The other end of the connection, and never what a header says of it. */
  readonly peer:
    | {
        readonly remoteAddress?: string | undefined;
        /** What its client has shown in the handshake; undefined: nothing, or it was not asked. */
        readonly certificate?: ShownCertificate | undefined;
      }
    | undefined;
}

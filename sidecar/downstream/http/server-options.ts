/** How Node's HTTP server deals with connections on which clients speak MCP. */
import type { ServerOptions } from 'node:http';

export const SERVER_OPTIONS: ServerOptions = {
  // Longer than the idle timeout of those who pool connections to us, or their next POST meets a closing socket.
  keepAliveTimeout: 95_000,
  headersTimeout: 10_000,
  // The upload of a request; answers may take as long as they like.
  requestTimeout: 30_000,
  // What is added to both at most. Node asks a sorted set in native code for those whose time is up, so often costs next to nothing.
  connectionsCheckingInterval: 250,
  maxHeaderSize: 16_384,
  // The intake refuses it, with words and on record.
  requireHostHeader: false,
  joinDuplicateHeaders: false,
};

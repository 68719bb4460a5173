/** What the gate has to know of a server that does its own OAuth. */
import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../../core/mcp/message.ts';
import type { UrlMap } from './public-url.ts';

export type PathKind = 'metadata' | 'endpoint';

export interface ServesOAuth {
  /** Its MCP endpoint. */
  readonly server: URL;
  /** What belongs to OAuth under this path of the server; undefined: nothing. */
  kindOf(path: string): Promise<PathKind | undefined>;
  /** Metadata of an authorization server: where its endpoints are. */
  learnEndpoints(metadata: JsonObject): void;
  /** Headers of any answer of the server; unchanged where they challenge nobody. */
  publicHeaders(headers: IncomingHttpHeaders, urls: UrlMap): IncomingHttpHeaders;
}

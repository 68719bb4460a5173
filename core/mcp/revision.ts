/** What the gate has to know of one protocol revision. Nothing outside `core/mcp` knows a revision by name. */
import type { MethodRule } from './catalogue.ts';
import type { JsonObject } from './message.ts';

/**
 * `legacy`: the handshake revisions with `initialize` and sessions; `modern`: 2026-07-28 and later, where every request
 * carries its own protocol version (MCP 2026-07-28, Versioning).
 */
export type Era = 'legacy' | 'modern';

export interface Revision {
  /** The date that names it on the wire. */
  readonly version: string;
  readonly era: Era;
  /** Requests a client may send. What is not listed is refused. */
  readonly requests: ReadonlyMap<string, MethodRule>;
  /** Notifications a client may send. What is not listed is refused. */
  readonly notifications: ReadonlySet<string>;
  /** HTTP status that goes with -32601. */
  readonly unknownMethodStatus: 200 | 404;
  /** Completes a result that the gate itself made, so that the client accepts it. */
  completeResult(result: JsonObject): JsonObject;
  /** Adapts a list result from which items were taken out: what one caller may see must not be cached for others. */
  completeFilteredList(result: JsonObject): JsonObject;
}

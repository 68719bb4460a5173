/** What a client saw of a call, from the last answer on the wire and what the SDK made of it: pure. */

export type Seen =
  /** As it should be. */
  | 'answered'
  /** Forbidden by policy, in words: as it should be. */
  | 'denied'
  /** Forbidden by policy, and answered. */
  | 'unguarded'
  /** HTTP 404 to a session that was open (MCP, "Session Management"): the client opens another. */
  | 'session-ended'
  /** Another answer than the server's: an error of HTTP or JSON-RPC. */
  | 'refused'
  /** No connection. */
  | 'unreachable'
  /** The connection ended before the answer. */
  | 'cut'
  | 'timeout';

/** The last POST of a client. */
export interface OnTheWire {
  /** HTTP status; undefined: there was no answer. */
  readonly status?: number;
  /** Why there was none, or why it ended, such as ECONNREFUSED. */
  readonly code?: string;
}

/** Codes of connections that were never made (connect(2), undici). */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Of a call that failed. `hasSession`: it belonged to a session that had been opened. */
export function seenOf({ status, code }: OnTheWire, hasSession: boolean, message: string): Seen {
  if (code !== undefined) return UNREACHABLE.has(code) ? 'unreachable' : 'cut';
  if (status === 404 && hasSession) return 'session-ended';
  if (/timed out|timeout/i.test(message)) return 'timeout';
  if (status !== undefined && status < 300 && /terminated|closed|aborted|stream/i.test(message)) return 'cut';
  return 'refused';
}

import { expect, test } from 'vitest';
import { type OnTheWire, type Seen, seenOf } from './outcome.ts';

test.each<[what: string, wire: OnTheWire, hasSession: boolean, message: string, seen: Seen]>([
  ['no listener', { code: 'ECONNREFUSED' }, true, 'fetch failed', 'unreachable'],
  ['a pod that is gone', { code: 'EHOSTUNREACH' }, true, 'fetch failed', 'unreachable'],
  ['a connection that ended early', { code: 'UND_ERR_SOCKET' }, true, 'fetch failed', 'cut'],
  ['one that was reset', { code: 'ECONNRESET' }, true, 'fetch failed', 'cut'],
  ['a session that is not known', { status: 404 }, true, 'HTTP 404', 'session-ended'],
  ['404 without a session', { status: 404 }, false, 'HTTP 404', 'refused'],
  ['a gate on its way out', { status: 503 }, false, 'Shutting down', 'refused'],
  ['an error of JSON-RPC', { status: 200 }, true, 'MCP error -32603: the server is gone', 'refused'],
  ['a stream that ended early', { status: 200 }, true, 'terminated', 'cut'],
  ['no answer at all', {}, true, 'MCP error -32001: Request timed out', 'timeout'],
])('%s', (_what, wire, hasSession, message, seen) => {
  expect(seenOf(wire, hasSession, message)).toBe(seen);
});

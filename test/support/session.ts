/** A legacy session opened by hand, for tests that want to see the bytes. */
import type { TestGate } from './gate.ts';
import { INITIALIZE_ASKABLE, JSON_HEADERS } from './messages.ts';
import { type RawResponse, rawExchange } from './raw-http.ts';

type Header = readonly [string, string];

export function bearer(token: string): Header {
  return ['Authorization', `Bearer ${token}`];
}

/** The session's id. */
export async function openSession(gate: TestGate, token?: string): Promise<string> {
  const authorization = token === undefined ? [] : [bearer(token)];
  const { status, headers } = await rawExchange(gate.port, {
    headers: [...JSON_HEADERS, ...authorization],
    body: INITIALIZE_ASKABLE,
  });
  const session = headers['mcp-session-id'];
  if (session === undefined) throw new Error(`no session was opened: HTTP ${status}`);
  return session;
}

export async function post(gate: TestGate, headers: readonly Header[], body: string): Promise<RawResponse> {
  return rawExchange(gate.port, { headers, body });
}

/** Learns from the server's answer to `initialize` which session it opened, and binds it to who asked. */
import type { IncomingHttpHeaders } from 'node:http';
import { isObject } from '../../core/mcp/message.ts';
import { negotiatedRevision } from '../../core/mcp/revisions/index.ts';
import type { Gate } from '../gate.ts';
import type { Call } from './call.ts';

/** Called with the head of a good answer and again with its JSON: the session must be known before the client reads of it. */
export function openNegotiatedSession(
  call: Call,
  gate: Gate,
  headers: IncomingHttpHeaders,
  json: string | undefined,
): void {
  if (call.message?.kind !== 'request' || call.message.method !== 'initialize') return;
  const id = headers['mcp-session-id'];
  if (typeof id !== 'string' || call.principal === undefined) return;
  gate.sessions.open(id, call.principal, negotiatedRevision(json === undefined ? undefined : versionIn(json)));
}

/** No handshake is longer; parsing what a hostile server sends instead would cost several times its size. */
const MAX_HANDSHAKE = 1024 * 1024;

function versionIn(json: string): unknown {
  if (json.length > MAX_HANDSHAKE) return undefined;
  try {
    const message: unknown = JSON.parse(json);
    return isObject(message) && isObject(message['result']) ? message['result']['protocolVersion'] : undefined;
  } catch {
    return undefined;
  }
}

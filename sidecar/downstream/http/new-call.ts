/** The call that the head of a request begins. */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../core/clock.ts';
import { Call } from '../../call/call.ts';
import { ENDPOINT_SESSION } from '../../call/endpoint-session.ts';
import { traceIdOf } from '../../telemetry/trace-id.ts';
import type { HttpMethod } from '../../upstream/request.ts';

export function newCall(request: IncomingMessage, clock: Clock): Call {
  const { headers } = request;
  const call = new Call(
    (request.method ?? '') as HttpMethod,
    headers,
    {
      protocolVersion: single(headers['mcp-protocol-version']),
      method: single(headers['mcp-method']),
      name: single(headers['mcp-name']),
    },
    // Clients of servers without sessions may send it empty: it names none.
    single(headers['mcp-session-id']) || undefined,
    traceIdOf(headers['traceparent']),
    clock.monotonic(),
  );
  call.peer = request.socket;
  const endpointSession = request.method === 'POST' ? endpointSessionOf(request.url) : undefined;
  if (endpointSession !== undefined) {
    // A second name, in the header, would reach the server unchecked; and which of the two would it believe?
    call.sessionId = call.sessionId === undefined ? endpointSession : '';
    call.isPostedToEndpoint = true;
  }
  return call;
}

/** HTTP+SSE (2024-11-05) has the session in the address; two of them are none. */
function endpointSessionOf(url = ''): string | undefined {
  const query = url.indexOf('?');
  const sessions = query < 0 ? [] : new URLSearchParams(url.slice(query)).getAll(ENDPOINT_SESSION);
  return sessions.length > 1 ? '' : sessions[0];
}

/** Repeated ones were joined by the parser; the intake refuses them before anything is read from here. */
function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

/** The call that the head of a request begins. `peer`: who is at the other end, where it is not the one of the socket. */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../core/clock.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import { parseTraceParent } from '../../../core/telemetry/trace-context.ts';
import { Call, type EnteringCall } from '../../call/call.ts';
import { ENDPOINT_SESSION } from '../../call/endpoint-session.ts';
import { CallRequest, type Peer } from '../../call/request.ts';
import { newEntry } from '../../call/stages.ts';
import { newTraceId } from '../../telemetry/trace-id.ts';
import type { HttpMethod } from '../../upstream/request.ts';

export function newCall(
  request: IncomingMessage,
  clock: Clock,
  policy: Policy | undefined,
  peer: Peer = request.socket,
): EnteringCall {
  const { headers } = request;
  // Clients of servers without sessions may send it empty: it names none.
  const named = single(headers['mcp-session-id']) || undefined;
  const inAddress = request.method === 'POST' ? endpointSessionOf(request.url) : undefined;
  const parent = parseTraceParent(headers['traceparent'], headers['tracestate']);
  const asked = new CallRequest({
    httpMethod: (request.method ?? '') as HttpMethod,
    target: request.url,
    traceId: parent?.traceId ?? newTraceId(),
    parent,
    headers,
    mcpHeaders: {
      protocolVersion: single(headers['mcp-protocol-version']),
      method: single(headers['mcp-method']),
      name: single(headers['mcp-name']),
    },
    // A second name, in the header, would reach the server unchecked; and which of the two would it believe?
    sessionId: inAddress === undefined ? named : named === undefined ? inAddress : '',
    isPostedToEndpoint: inAddress !== undefined,
    peer,
  });
  return new Call(asked, clock.monotonic(), newEntry(policy, undefined));
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

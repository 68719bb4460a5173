/** Tells OAuth clients which issuers the gate trusts: the one document that everybody may read (RFC 9728). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuseMethod } from '../../../core/mcp/refusals.ts';
import type { Call } from '../../call/call.ts';
import { refuseCall } from '../../call/refuse-call.ts';
import type { Reply } from '../../call/reply.ts';
import { isResourceMetadata, resourceMetadata } from '../../oauth/own-resource.ts';
import type { PathParts } from '../../path/parts.ts';
import { allowOrigin, answerPreflight, isPreflight } from './cors.ts';
import { checkSurfaceHead } from './intake.ts';

/** True: the request is for that document, and is answered here. */
export function takeResourceRequest(
  call: Call,
  reply: Reply,
  request: IncomingMessage,
  response: ServerResponse,
  gate: PathParts,
): boolean {
  const { policy } = call;
  const [path = ''] = request.url?.split('?', 1) ?? [];
  if (policy === undefined || !isResourceMetadata(path, policy.bundle.server.access)) return false;
  const refusal = checkSurfaceHead(request, policy);
  const { origin, host } = request.headers;
  if (refusal === undefined && origin !== undefined) allowOrigin(response, origin);
  if (refusal !== undefined) refuseCall(call, reply, gate, refusal);
  else if (isPreflight(request)) answerPreflight(request, response);
  else if (request.method !== 'GET' && request.method !== 'HEAD')
    refuseCall(call, reply, gate, refuseMethod(['GET', 'HEAD']));
  else {
    const { bundle, askedScopes } = policy;
    const document = JSON.stringify(resourceMetadata(bundle.server.access, host, askedScopes.least));
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    reply.send(200, headers, request.method === 'HEAD' ? '' : document);
  }
  return true;
}

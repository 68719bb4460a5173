/** What the server is asked for a call. */
import { takesMore } from '../../call/accepts-events.ts';
import type { Call } from '../../call/call.ts';
import { serverChecksTokens } from '../../identity/who-checks.ts';
import type { UpstreamRequest } from '../../upstream/request.ts';

export function upstreamRequestOf(call: Call): UpstreamRequest {
  return {
    httpMethod: call.httpMethod,
    headers: call.headers,
    body: call.body,
    message: call.message,
    revision: call.revision,
    sessionId: call.sessionId,
    endpoint: call.session?.transport?.endpoint,
    mayResume: true,
    principal: call.principal,
    withToken: serverChecksTokens(call.policy),
    takesMore: takesMore(call),
  };
}

/** What the server is asked for a call: the bytes that its client sent, but for what was edited in them. */
import { splice } from '../../../core/mcp/json-view.ts';
import { takesMore } from '../../call/accepts-events.ts';
import type { JudgedCall } from '../../call/call.ts';
import { serverChecksTokens } from '../../identity/who-checks.ts';
import type { UpstreamRequest } from '../../upstream/request.ts';

export function upstreamRequestOf(call: JudgedCall): UpstreamRequest {
  const { request, reading, judgement, content } = call;
  const { edits } = judgement;
  return {
    httpMethod: request.httpMethod,
    headers: request.headers,
    body: content === undefined || edits.length === 0 ? content?.body : splice(content.body, edits),
    message: content?.message,
    revision: reading.revision,
    sessionId: reading.sessionId,
    endpoint: reading.session?.transport?.endpoint,
    mayResume: judgement.resumes,
    principal: call.principal,
    withToken: serverChecksTokens(reading.policy),
    takesMore: takesMore(call),
  };
}

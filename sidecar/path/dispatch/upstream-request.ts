/** What the server is asked for a call: the bytes that its client sent, but for what was edited in them. */
import type { IncomingHttpHeaders } from 'node:http';
import { type Edit, splice } from '../../../core/mcp/json-view.ts';
import { traceEdits } from '../../../core/telemetry/meta-edits.ts';
import { takesMore } from '../../call/accepts-events.ts';
import type { JudgedCall } from '../../call/call.ts';
import { viewOf } from '../../call/stages.ts';
import { serverChecksTokens } from '../../identity/who-checks.ts';
import type { UpstreamRequest } from '../../upstream/request.ts';

export function upstreamRequestOf(call: JudgedCall): UpstreamRequest {
  const { request, reading, judgement, content } = call;
  const edits = editsOf(call);
  return {
    httpMethod: request.httpMethod,
    headers: headersOf(call),
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

/** A call that is not traced is sent as it came, with the parent that its client gave it. */
function headersOf({ request, course }: JudgedCall): IncomingHttpHeaders {
  const { span } = course;
  if (span === undefined) return request.headers;
  const { tracestate: _, ...others } = request.headers;
  const { traceparent, tracestate } = span;
  return { ...others, traceparent, ...(tracestate !== undefined && { tracestate }) };
}

/** Notifications have their parent in the header alone: no server answers them, or has more to say of them. */
function editsOf(call: JudgedCall): readonly Edit[] {
  const { judgement, content, course } = call;
  const { span } = course;
  if (span === undefined || content?.message?.kind !== 'request') return judgement.edits;
  const view = viewOf(content);
  if (view === undefined) return judgement.edits;
  const own = traceEdits(view, span.traceparent, span.tracestate);
  return [...judgement.edits, ...own].sort((a, b) => a.span.start - b.span.start);
}

/** Turns a refusal into what the client's model can read, in the channel that reaches it (MCP, Tools, Error Handling). */
import type { OutgoingHttpHeaders } from 'node:http';
import { messageEvent } from '../../core/mcp/sse.ts';
import { sayRefusal } from '../../core/mcp/refusal-advice.ts';
import type { Refusal, RefusalReason } from '../../core/mcp/refusals.ts';
import type { Call } from './call.ts';
import { bearerChallenge, dpopChallenge, isDpopScheme, scopeChallenge } from '../identity/bearer.ts';
import { resourceMetadataUrl } from '../oauth/own-resource.ts';
import type { Reply } from './reply.ts';

/** Our own namespace for metadata in results (MCP, `_meta` key names). */
const META_KEY = 'sallyport.dev/refusal';
const LIMIT_META_KEY = 'sallyport.dev/limit';

/**
 * What policy and approvers say, and what is wrong with the arguments, is shown to the model as the tool's result: many clients hide
 * protocol errors from it (MCP 2025-11-25, Tools, Error Handling: also errors of input).
 */
const FOR_THE_MODEL: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'body-too-large',
  'duplicate-key',
  'forbidden-key',
  'lone-surrogate',
  'number-too-large',
  'too-deep',
  'too-many-values',
  'denied',
  'limited',
  'insufficient-scope',
  'inspection-budget',
  'approval-pending',
  'approval-denied',
  'approval-expired',
  'approval-unknown',
  'approval-outdated',
  'approval-used',
  'approval-unavailable',
]);

export function answerRefusal(call: Call, reply: Reply, refusal: Refusal, more: OutgoingHttpHeaders = {}): void {
  if (!reply.open) return;
  const status = refusal.statusIn(call.revision?.era, call.awaits);
  if (status === 202) {
    // To what nobody waits for an answer to.
    reply.send(202, {}, '');
    return;
  }
  const json = refusalMessage(call, refusal);
  call.course.answerBytes += Buffer.byteLength(json);
  if (reply.started) {
    // Cutting the stream instead would leave the client waiting for its timeout.
    reply.write(messageEvent(json));
    reply.end();
    return;
  }
  reply.send(status, { ...more, ...refusalHeaders(call, refusal) }, json);
}

export function refusalMessage(call: Call, refusal: Refusal): string {
  const { reason, code, data, limits } = refusal;
  if (reason === 'approval-pending' && call.course.comeBackWith !== undefined) {
    const result = call.revision?.callAgain(call.methodName ?? '', call.course.comeBackWith);
    const _meta = { [META_KEY]: { reason, ...(data as object | undefined) } };
    if (result !== undefined) return JSON.stringify({ jsonrpc: '2.0', id: call.id, result: { ...result, _meta } });
  }
  const message = sayRefusal(refusal);
  const method = call.methodName ?? call.outline?.method;
  const shown = method === 'tools/call' && call.id !== null && FOR_THE_MODEL.has(reason);
  if (shown && call.revision !== undefined) {
    const result = call.revision.completeResult({
      content: [{ type: 'text', text: message }],
      isError: true,
      _meta: {
        [META_KEY]: { reason, ...(data as object | undefined) },
        ...(limits === undefined ? {} : { [LIMIT_META_KEY]: limits.notice }),
      },
    });
    return JSON.stringify({ jsonrpc: '2.0', id: call.id, result });
  }
  const more = limits === undefined ? data : { ...(data as object | undefined), limit: limits.notice };
  return JSON.stringify({ jsonrpc: '2.0', id: call.id, error: { code, message, data: more } });
}

/** What passes by itself (RFC 9110 §10.2.3). Where no header can say so, the sentence does. */
const COMES_BACK: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  ...(['too-many-calls', 'too-many-streams', 'too-many-sessions', 'no-room', 'draining', 'replica-silent'] as const),
  'identity-unavailable',
  'credentials-unavailable',
]);
const RETRY_AFTER_SECONDS = 2;

function refusalHeaders(call: Call, refusal: Refusal): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { 'content-type': 'application/json' };
  if (refusal.status === 401 || refusal.scopes !== undefined) headers['www-authenticate'] = challengeOf(call, refusal);
  if (COMES_BACK.has(refusal.reason)) headers['retry-after'] = String(RETRY_AFTER_SECONDS);
  if (refusal.limits !== undefined) Object.assign(headers, refusal.limits.fields);
  if (refusal.allow !== undefined) headers['allow'] = refusal.allow.join(', ');
  return headers;
}

function challengeOf(call: Call, { reason, message, scopes }: Refusal): string {
  const { headers } = call.request;
  const { policy } = call;
  const access = policy?.bundle.server.access;
  const metadata = access && resourceMetadataUrl(access, headers.host);
  if (reason === 'insufficient-scope') return scopeChallenge(headers, message, metadata, scopesFor(call, scopes ?? []));
  if (reason === 'nonce-required') return dpopChallenge('use_dpop_nonce', message, metadata);
  if (reason === 'proof-not-taken') return dpopChallenge('invalid_dpop_proof', message, metadata);
  return isDpopScheme(headers.authorization)
    ? dpopChallenge('invalid_token', message, metadata)
    : bearerChallenge(headers, message, metadata, scopes ?? (metadata === undefined ? [] : policy?.askedScopes.least));
}

/**
 * Since 2026-07-28 clients add what they are asked for to what they have. Those of before take it instead, so that of what was granted
 * everything that the policy asks for anywhere stands beside it.
 */
function scopesFor(call: Call, needed: readonly string[]): readonly string[] {
  if (call.revision?.era === 'modern') return needed;
  const granted = call.entry.proof?.principal.scopes ?? [];
  const kept = granted.filter((scope) => call.policy?.askedScopes.all.has(scope) === true);
  return [...new Set([...kept, ...needed])].sort();
}

/**
 * Of every refusal: whose side the cause is on, what that side can do, and where it is told. The words behind the sentence of the refusal
 * itself, for whoever reads it: a model, the person at its terminal, the operator of the gate.
 */
import type { Refusal, RefusalReason } from './refusals.ts';

/** `policy`: a rule or an approver has said no, in a sentence that is whole already. */
export type Side = 'client' | 'policy' | 'gate' | 'server';

/** `log`: what is behind it stands in the log of the process, once and not for each call. */
export type Place = 'client' | 'terminal' | 'log' | 'audit';

type Advice = readonly [side: Side, mend: string];

const SEND_AGAIN = 'nothing is to be changed in the call; make it again in a moment';

const ADVICE: Readonly<Record<RefusalReason, Advice>> = {
  'not-found': ['client', 'use the URL that the gate printed, which ends in /mcp'],
  'malformed-http': ['client', 'the HTTP client, or a proxy in front of the gate, frames its requests wrongly'],
  'plain-http': ['client', 'give the client the URL with https, and the authority of its certificate to trust'],
  'bad-target': [
    'client',
    'give the URL of the gate to the client as that of the server, not as that of an HTTP proxy',
  ],
  'method-not-allowed': ['client', 'use an MCP client; a browser is none'],
  'host-not-allowed': ['gate', 'a name is served once it is listed; the address that is listened on always is'],
  'origin-not-allowed': ['gate', 'a web page may call once its origin is listed'],
  'duplicate-header': ['client', 'send each header once; a proxy in front of the gate may be adding one'],
  'expectation-failed': ['client', 'leave the Expect header out'],
  'unsupported-content-type': ['client', 'MCP clients send this type by themselves; a proxy may have changed it'],
  'unsupported-charset': ['client', 'leave the charset out, or say utf-8'],
  'unsupported-encoding': ['client', 'switch compression of requests off, also in proxies in front of the gate'],
  'body-too-large': ['client', 'send less in one call; who owns the policy can raise limits.body'],
  'body-missing': ['client', 'a POST needs a body'],
  'not-json': ['client', 'send one complete JSON value, without NaN, comments or anything behind it'],
  'not-utf-8': ['client', 'encode the message as UTF-8'],
  'byte-order-mark': ['client', 'leave the byte order mark out'],
  'duplicate-key': ['client', 'send each key once and in one spelling; give one of the two another name'],
  'forbidden-key': ['client', 'leave the key out, or give it another name'],
  'lone-surrogate': ['client', 'send whole characters; text was cut in the middle of one'],
  'number-too-large': ['client', 'send the number as a string'],
  'too-deep': ['client', 'send it flatter'],
  'too-many-values': ['client', 'send less in one call'],
  'misspelled-key': ['client', 'spell it just so'],
  'not-a-message': ['client', 'send a JSON-RPC 2.0 message as MCP has them'],
  'id-missing': ['client', 'without an id nobody can be answered, so the call was not made'],
  'id-in-use': ['client', 'use each id once'],
  batch: ['client', 'send the messages one by one'],
  'header-mismatch': ['client', 'send headers that mirror the body; a proxy may have changed them'],
  'bad-envelope': ['client', 'send what 2026-07-28 requires in params._meta'],
  'bad-params': ['client', 'send the params that the method needs'],
  'missing-capability': ['client', 'declare the capability that error.data names'],
  'unsupported-protocol-version': ['client', 'use a version that error.data lists, or begin with initialize'],
  'unsupported-legacy-version': ['client', 'send the version that was agreed on in initialize'],
  'session-required': ['client', 'send the Mcp-Session-Id that comes back with every request'],
  'session-not-found': ['client', "the old one is over, or is somebody else's"],
  'too-many-sessions': ['client', 'end sessions that are not needed, or wait'],
  'too-many-calls': ['client', 'take back what is not needed any more'],
  'too-many-streams': ['client', 'a client that opens a stream for each call has a fault'],
  'event-not-found': ['client', 'what was missed cannot be had again'],
  'state-not-found': ['client', 'make the call again from its beginning'],
  'task-not-found': [
    'client',
    'use the id from the answer that began the task, with the credentials it was begun with',
  ],
  'unexpected-response': ['client', 'nothing is to be done'],
  'unknown-method': ['client', 'use a method that the revision has'],
  'unknown-notification': ['client', 'do not send it'],
  'nonce-required': ['client', 'clients that can prove possession (DPoP) do so by themselves, and go on'],
  'proof-not-taken': ['client', 'each request has a proof of its own, made with the key of the token for this URL'],
  unauthenticated: ['client', 'the token goes into the Authorization header of every request'],
  'identity-unavailable': [
    'gate',
    'the gate has to reach the issuer of the token; its log says what stands in the way',
  ],
  'no-credentials': ['gate', 'the call was not sent; an entry of spec.upstream.credentials has to be for this caller'],
  'credentials-unavailable': ['gate', 'the call was not sent; call again later, its log says what is missing'],
  denied: ['policy', 'do what the sentence says'],
  halted: ['policy', 'do not retry until a person has lifted it'],
  limited: ['policy', 'wait until the time that the sentence names; nothing else is to be changed'],
  'history-unavailable': ['gate', 'the call was not sent; call again once the shared store answers'],
  'insufficient-scope': ['policy', 'ask the user for a token with these scopes, and call again'],
  'inspection-budget': ['client', 'send less in one call, and the rest in others'],
  'approval-pending': ['policy', 'a person decides; call again with identical arguments'],
  'approval-denied': ['policy', 'a person has denied it; do not retry'],
  'approval-expired': ['policy', 'call again to ask anew'],
  'approval-unknown': ['policy', 'call again without naming it'],
  'approval-outdated': ['policy', 'call again'],
  'approval-used': ['policy', 'call again to ask anew'],
  'approval-unavailable': ['gate', 'the call was not executed; call again once somebody can be asked'],
  'no-policy': ['gate', '`sallyport lint FOLDER` says what is wrong with the policy; a mended one is taken at once'],
  'audit-unavailable': ['gate', 'make room on the disk of the audit log, or mend it; it is tried again every second'],
  draining: ['gate', SEND_AGAIN],
  'replica-silent': [
    'gate',
    'call again in a few seconds; nothing was executed, and what you named may still be there',
  ],
  'internal-error': ['gate', 'its log has the error under the trace id of the call; please report it'],
  'no-room': ['gate', 'call again in a few seconds; its memory limit bounds what it can hold'],
  'no-room-for-answer': ['gate', 'ask for less at a time; its memory limit bounds what it can hold'],
  'client-unreachable': ['client', 'nothing was asked; a client that keeps a stream open can be'],
  'upstream-unreachable': ['server', 'start it, or correct its URL; the call was not executed'],
  'upstream-broken': ['server', 'its own log says more; the call may have been executed'],
  'upstream-invalid': ['server', 'its own log says more; often a proxy or an error page answers in its place'],
  'credential-echoed': ['server', 'it must not say the key that the gate shows to it; the call may have been executed'],
  'upstream-refused': ['server', 'do as its words say; the gate has passed them on'],
};

/** Nobody waits for an answer to a notification or a response, so their clients hear nothing. */
const UNHEARD: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'unexpected-response',
  'unknown-notification',
  'client-unreachable',
]);

/** Their cause is logged where it is noticed. */
const LOGGED: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'approval-unavailable',
  'identity-unavailable',
  'credentials-unavailable',
  'no-policy',
  'audit-unavailable',
  'draining',
  'internal-error',
]);

export function sideOf(reason: RefusalReason): Side {
  return ADVICE[reason][0];
}

export function placesOf(reason: RefusalReason): readonly Place[] {
  const places: Place[] = UNHEARD.has(reason) ? [] : ['client'];
  places.push('terminal');
  if (LOGGED.has(reason) || sideOf(reason) === 'server') places.push('log');
  // While nothing can be recorded, that is not recorded either.
  if (reason !== 'audit-unavailable') places.push('audit');
  return places;
}

/** The whole sentence: what happened, on whose side, and what to do. */
export function sayRefusal({ reason, message }: Refusal): string {
  const [side, mend] = ADVICE[reason];
  if (side === 'policy') return message;
  const stop = /[.!?]$/.test(message) ? '' : '.';
  return `${message}${stop} On the ${side}'s side: ${mend}.`;
}

/**
 * Every way a message can be refused, in one table: HTTP status, JSON-RPC code, the sentence that starts the answer and, where it is
 * another one, the HTTP status in the modern era. The status is for what has no id that an answer could carry: see `statusIn`.
 *
 * Codes: -32700 … -32600 are JSON-RPC's; -32000 is what the official SDK uses for transport rejections; -32020 … -32022 are
 * MCP 2026-07-28's; policy answers use codes outside the reserved range -32768 … -32000 (MCP 2026-07-28, Error Codes).
 */

import type { Era } from './era.ts';
import type { LimitsTold } from './limited.ts';

type Row = readonly [status: number, code: number, title: string, modernStatus?: number];

const REFUSALS = {
  // HTTP framing
  'not-found': [404, -32000, 'Nothing is served here'],
  'malformed-http': [400, -32700, 'Malformed HTTP'],
  'plain-http': [400, -32000, 'This port speaks https'],
  'bad-target': [400, -32600, 'The request target must be a plain path'],
  'method-not-allowed': [405, -32000, 'HTTP method not allowed'],
  'host-not-allowed': [403, -32000, 'Host not allowed'],
  'origin-not-allowed': [403, -32000, 'Origin not allowed'],
  'duplicate-header': [400, -32600, 'A header stands twice'],
  'expectation-failed': [417, -32000, 'Expectation not supported'],
  'unsupported-content-type': [415, -32000, 'Unsupported content type'],
  'unsupported-charset': [415, -32000, 'Unsupported charset'],
  'unsupported-encoding': [415, -32000, 'Unsupported content encoding'],
  'body-too-large': [413, -32600, 'The body is too large'],
  'body-missing': [400, -32600, 'The body is empty'],
  // JSON and JSON-RPC
  'not-json': [400, -32700, 'Parse error'],
  'not-utf-8': [400, -32700, 'Parse error'],
  'byte-order-mark': [400, -32700, 'Parse error'],
  'duplicate-key': [400, -32600, 'Invalid request'],
  'forbidden-key': [400, -32600, 'Invalid request'],
  'lone-surrogate': [400, -32600, 'Invalid request'],
  'number-too-large': [400, -32600, 'Invalid request'],
  'too-deep': [400, -32600, 'Invalid request'],
  'too-many-values': [400, -32600, 'Invalid request'],
  'misspelled-key': [400, -32600, 'Invalid request'],
  'not-a-message': [400, -32600, 'Invalid request'],
  'id-missing': [400, -32600, 'Invalid request'],
  'id-in-use': [400, -32600, 'Invalid request'],
  batch: [400, -32600, 'Batch not accepted'],
  // MCP
  'header-mismatch': [400, -32020, 'The headers and the body disagree'],
  'bad-envelope': [400, -32602, 'Invalid params'],
  'bad-params': [200, -32602, 'Invalid params'],
  'missing-capability': [400, -32021, 'A client capability is missing'],
  'unsupported-protocol-version': [400, -32022, 'Unsupported protocol version'],
  'unsupported-legacy-version': [400, -32000, 'Unsupported protocol version'],
  'session-required': [400, -32000, 'A session is required'],
  'session-not-found': [404, -32001, 'Session not found'],
  'too-many-sessions': [503, -32000, 'Too many sessions'],
  'too-many-calls': [503, -32000, 'Too many calls'],
  'too-many-streams': [503, -32000, 'Too many streams'],
  'event-not-found': [400, -32000, 'Event not found'],
  'state-not-found': [200, -32602, 'Unknown requestState'],
  'task-not-found': [200, -32602, 'Task not found'],
  'client-unreachable': [200, -32000, 'The client cannot be asked'],
  'unexpected-response': [202, -32600, 'Nobody asked'],
  'unknown-method': [200, -32601, 'Method not found', 404],
  'unknown-notification': [202, -32601, 'Method not found'],
  // identity
  unauthenticated: [401, -32000, 'Authentication required'],
  'nonce-required': [401, -32000, 'A proof with a nonce is asked for'],
  'proof-not-taken': [401, -32000, 'The proof of possession is not taken'],
  'identity-unavailable': [503, -32000, 'The caller cannot be verified'],
  // credentials for the server behind the gate
  'no-credentials': [200, -31027, 'No credentials for the MCP server'],
  'credentials-unavailable': [503, -31028, 'The credentials for the MCP server are not to be had'],
  // policy and approvals: HTTP 200, because clients show their model nothing of a 4xx
  denied: [200, -31001, 'Refused by policy'],
  halted: [503, -31029, 'Halted'],
  limited: [429, -31031, 'Too much at once'],
  'history-unavailable': [503, -31030, 'What came before cannot be looked up'],
  // RFC 6750 §3.1: clients ask their user for the scopes that it names, and come back
  'insufficient-scope': [403, -31009, 'More scopes are needed'],
  'inspection-budget': [200, -31012, 'Too much to inspect'],
  'approval-pending': [200, -31002, 'Waiting for approval'],
  'approval-denied': [200, -31003, 'Approval denied'],
  'approval-expired': [200, -31004, 'Approval expired'],
  'approval-unknown': [200, -31005, 'Approval not known'],
  'approval-outdated': [200, -31007, 'Approval outdated'],
  'approval-used': [200, -31008, 'Approval used'],
  'approval-unavailable': [200, -31006, 'Approval not possible'],
  // the gate itself
  'no-policy': [503, -31010, 'No valid policy is loaded'],
  'audit-unavailable': [503, -31011, 'Decisions cannot be recorded'],
  'no-room': [503, -31013, 'No room'],
  draining: [503, -32000, 'Shutting down'],
  'replica-silent': [503, -31025, 'The replica that has it does not answer'],
  'internal-error': [500, -32603, 'Internal error'],
  // the server behind the gate
  'upstream-unreachable': [502, -31020, 'The MCP server cannot be reached'],
  'upstream-broken': [502, -31021, 'The MCP server broke off its answer'],
  'no-room-for-answer': [502, -31024, 'The answer could not be held'],
  'upstream-invalid': [502, -31022, 'The MCP server gave an answer that is not MCP'],
  'upstream-refused': [502, -31023, 'The MCP server refused the call'],
  'credential-echoed': [502, -31026, 'The answer of the MCP server is withheld'],
} as const satisfies Record<string, Row>;

export type RefusalReason = keyof typeof REFUSALS;

/**
 * Keep their HTTP status whatever they answer, because MCP's transport demands it, or because who stands between client and server acts
 * on it. To all others a status of 4xx would do harm: the official Python client ends its session on one, with every other call that is
 * open in it, and no client shows its model what the body says.
 */
const OF_THE_TRANSPORT: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  ...(['not-found', 'malformed-http', 'plain-http', 'bad-target', 'method-not-allowed', 'host-not-allowed'] as const),
  ...(['origin-not-allowed', 'duplicate-header', 'expectation-failed', 'unsupported-content-type'] as const),
  ...(['unsupported-charset', 'unsupported-encoding'] as const),
  // RFC 6750 §3; MCP 2025-06-18 to 2025-11-25, Streamable HTTP, Session Management and Protocol Version Header
  'insufficient-scope',
  ...(['unauthenticated', 'session-required', 'session-not-found', 'unsupported-legacy-version'] as const),
  // RFC 9449 §7.1, §9
  ...(['nonce-required', 'proof-not-taken'] as const),
  // MCP 2026-07-28, Streamable HTTP, Server Validation, and Error Codes
  ...(['header-mismatch', 'bad-envelope', 'missing-capability', 'unsupported-protocol-version'] as const),
  // There is nobody to answer, but whoever sent it waits in vain.
  'id-missing',
  // Another replica may take the call, or the same one in a moment: proxies try again by themselves.
  ...([
    'draining',
    'identity-unavailable',
    'credentials-unavailable',
    'upstream-unreachable',
    'upstream-broken',
    'upstream-invalid',
    'upstream-refused',
    'credential-echoed',
  ] as const),
]);

/**
 * What the sender of a message waits for: an answer under its id, or nothing, as after a notification or a response (JSON-RPC 2.0,
 * Notification). Undefined: nobody knows, because it cannot be read.
 */
export type Awaits = 'answer' | 'nothing' | undefined;

export const REFUSAL_REASONS = Object.keys(REFUSALS) as RefusalReason[];

/** The answer to a message that goes no further. */
export class Refusal {
  readonly reason: RefusalReason;
  /** HTTP status, also of what belongs to no era yet. */
  status: number;
  #modernStatus: number | undefined;
  /** The server's own. */
  #isFixed = false;
  /** JSON-RPC error code. */
  readonly code: number;
  /** What the caller reads; says what is wrong and what to do. */
  readonly message: string;
  /** JSON-RPC `error.data`. */
  readonly data: unknown;
  /** Methods of HTTP that the target takes, of a refusal that is about them (RFC 9110 §10.2.1, Allow). */
  readonly allow: readonly string[] | undefined;
  /** What a token has to have for the call (RFC 6750 §3), of a refusal that a better token mends. */
  scopes: readonly string[] | undefined = undefined;
  /** What stands in the way, of a call that would pass later. */
  limits: LimitsTold | undefined = undefined;

  constructor(reason: RefusalReason, message: string, data: unknown, allow?: readonly string[]) {
    const [status, code, , modernStatus]: Row = REFUSALS[reason];
    this.reason = reason;
    this.status = status;
    this.#modernStatus = modernStatus;
    this.code = code;
    this.message = message;
    this.data = data;
    this.allow = allow;
  }

  asking(scopes: readonly string[]): this {
    this.scopes = scopes;
    return this;
  }

  limitedBy(limits: LimitsTold): this {
    this.limits = limits;
    return this;
  }

  statusIn(era: Era | undefined, awaits?: Awaits): number {
    const modernStatus = era === 'modern' ? this.#modernStatus : undefined;
    if (awaits === undefined || this.#isFixed || OF_THE_TRANSPORT.has(this.reason)) return modernStatus ?? this.status;
    return awaits === 'nothing' ? 202 : (modernStatus ?? 200);
  }

  /** With the status that a server itself has answered with. */
  withStatus(status: number): this {
    this.status = status;
    this.#modernStatus = status;
    this.#isFixed = true;
    return this;
  }
}

/** A refusal whose message is the table's title followed by `detail`. */
export function refuse(reason: RefusalReason, detail?: string, data?: unknown): Refusal {
  const title = REFUSALS[reason][2];
  return new Refusal(reason, detail === undefined ? title : `${title}: ${detail}`, data);
}

/** Of a method that the target does not take. */
export function refuseMethod(allow: readonly string[]): Refusal {
  const use = allow.length < 2 ? allow.join('') : `${allow.slice(0, -1).join(', ')} or ${allow.at(-1)}`;
  return new Refusal('method-not-allowed', `${REFUSALS['method-not-allowed'][2]}: use ${use}`, undefined, allow);
}

/** What the MCP endpoint takes. */
export const MCP_METHODS = ['POST', 'GET', 'DELETE'] as const;

/** A refusal in words made for the model; the table's title is left out. */
export function refuseInWords(reason: RefusalReason, message: string, data?: unknown): Refusal {
  return new Refusal(reason, message, data);
}

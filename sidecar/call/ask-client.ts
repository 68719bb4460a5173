/** What a server asks of its client, decided on by policy and put on record; what is refused is answered in the client's place. */
import type { ServerRequestRule } from '../../core/mcp/catalogue.ts';
import type { JsonObject, MessageId } from '../../core/mcp/message.ts';
import { isMethodOfMcp } from '../../core/mcp/revisions/index.ts';
import { type Refusal, refuse, refuseInWords } from '../../core/mcp/refusals.ts';
import { decideClientRequest } from '../../core/policy/decide-client-request.ts';
import { decideTarget } from '../../core/policy/decide.ts';
import { Inspection } from '../../core/policy/inspection.ts';
import type { Decision } from '../../core/policy/decision.ts';
import { explainClientRequest } from '../../core/policy/explain.ts';
import type { Gate } from '../gate.ts';
import { Call } from './call.ts';
import { recordAsk } from './record.ts';

/** A server that asks faster than it takes its answers gets no more. */
const MAX_REFUSALS_ON_THE_WAY = 100;

/** Decides on one request of the server to the client of `call`, and records it. The refusal is for the server. */
export function decideAsk(call: Call, gate: Gate, method: string, params: JsonObject): Refusal | undefined {
  if (gate.audit.state !== 'ok') return refuse('audit-unavailable', 'nothing is asked until decisions can be recorded');
  const rule = call.answeredIn?.serverRequests.get(method);
  return rule === undefined ? decideUnknown(call, gate, method) : decideKnown(call, gate, method, rule, params);
}

function decideKnown(
  call: Call,
  gate: Gate,
  method: string,
  rule: ServerRequestRule,
  params: JsonObject,
): Refusal | undefined {
  const request = rule(params);
  if (request === 'pass') return undefined;
  if ('problem' in request) return noted(call, gate, method, undefined, refuse('bad-params', request.problem));
  const policy = gate.policy.current() ?? call.policy;
  if (policy === undefined) return refuse('no-policy');
  const decision = decideClientRequest(policy, request);
  const refusal =
    decision.effect === 'Deny' ? refuseInWords('denied', explainClientRequest(decision, request)) : undefined;
  return noted(call, gate, method, decision, refusal);
}

/** A method that no revision knows passes where a rule names it. */
function decideUnknown(call: Call, gate: Gate, method: string): Refusal | undefined {
  const decision = decideMethod(call, gate, method);
  const allowed = decision !== undefined && decision.effect !== 'Deny';
  return noted(call, gate, method, decision, allowed ? undefined : refuse('unknown-method', method));
}

export function decideMethod(call: Call, gate: Gate, method: string): Decision | undefined {
  const policy = gate.policy.current() ?? call.policy;
  // One of another revision would pass with nothing in it decided on.
  if (policy === undefined || call.principal === undefined || isMethodOfMcp(method)) return undefined;
  return decideTarget(
    policy,
    call.principal,
    { kind: 'method', name: method, args: undefined },
    new Inspection(gate.clock),
  );
}

function noted(
  call: Call,
  gate: Gate,
  method: string,
  decision: Decision | undefined,
  refusal: Refusal | undefined,
): Refusal | undefined {
  recordAsk(call, gate, method, decision, refusal?.reason);
  return refusal;
}

/**
 * Says no to the server in the client's place: the client never hears of the request, and the server must not wait for it.
 * False when it does not take what it has been told already.
 */
export function answerServer(of: Call, gate: Gate, id: MessageId, { code, message }: Refusal): boolean {
  const { conversation } = of;
  if (conversation === undefined || conversation.refusalsOnTheWay >= MAX_REFUSALS_ON_THE_WAY) return false;
  const { 'last-event-id': _, ...headers } = of.headers;
  // The session may have been opened by the very answer that the request came with.
  const sessionId = of.session?.id ?? of.sessionId;
  if (sessionId !== undefined) headers['mcp-session-id'] = sessionId;
  const answer = new Call(
    'POST',
    { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    of.mcpHeaders,
    sessionId,
    of.traceId,
    gate.clock.monotonic(),
  );
  answer.policy = of.policy;
  answer.principal = of.principal;
  answer.revision = of.revision;
  answer.session = of.session;
  answer.message = { kind: 'response', id, failed: true };
  answer.body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } }));
  const over = (): void => {
    conversation.refusalsOnTheWay--;
  };
  conversation.refusalsOnTheWay++;
  try {
    gate.upstream.send(answer, { onHead() {}, onData: () => true, onEnd: over, onError: over });
  } catch (error) {
    over();
    gate.log.warn({ err: error, traceId: of.traceId }, 'a request of the server could not be answered');
  }
  return true;
}

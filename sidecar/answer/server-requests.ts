/** What a server asks of its client, decided on by policy and put on record; what is refused is answered in the client's place. */
import { DECLARED_AS, type Declared, NOTHING_DECLARED } from '../../core/mcp/client-capabilities.ts';
import type { JsonObject, MessageId } from '../../core/mcp/message.ts';
import { isMethodOfMcp } from '../../core/mcp/revisions/index.ts';
import { type Refusal, refuse, refuseInWords } from '../../core/mcp/refusals.ts';
import { decideClientRequest } from '../../core/policy/decide-client-request.ts';
import { decideTarget } from '../../core/policy/decide.ts';
import { Inspection } from '../../core/policy/inspection.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import { explainClientRequest } from '../../core/policy/explain.ts';
import type { AnswerParts } from './parts.ts';
import type { Call } from '../call/call.ts';
import { haltedRefusal } from '../call/halted.ts';
import { factsOfAnswer, momentOfAnswer } from '../call/moment.ts';
import { recordAsk } from '../call/record.ts';
import { serverChecksTokens } from '../identity/who-checks.ts';
import type { UpstreamRequest } from '../upstream/request.ts';

/** A server that asks faster than it takes its answers gets no more. */
const MAX_REFUSALS_ON_THE_WAY = 100;

export interface Ask {
  readonly method: string;
  readonly params: JsonObject;
}

interface Decided {
  readonly ask: Ask;
  /** Undefined where there is nothing in it to decide. */
  readonly decision: Verdict | undefined;
  readonly refusal: Refusal | undefined;
  readonly isRecorded: boolean;
}

/** What the client of this call has said that it can be asked. */
export function declaredBy({ answeredIn, sending, conversation }: Call): Declared {
  return (answeredIn?.era === 'modern' ? sending?.declares : conversation?.declares) ?? NOTHING_DECLARED;
}

/**
 * Decides on requests of the server to the client of `call` that are shown together or not at all, and records them: those that read
 * alike once, because how many there are is the server's choice. The refusal is for the server.
 */
export function decideAsks(
  call: Call,
  gate: AnswerParts,
  asks: readonly Ask[],
  declared: Declared,
): Refusal | undefined {
  if (gate.audit.state !== 'ok') return refuse('audit-unavailable', 'nothing is asked until decisions can be recorded');
  const decided = asks.map((ask) => decideAsk(call, gate, ask, declared));
  const refused = decided.filter(({ refusal }) => refusal !== undefined);
  const told = new Set<string>();
  // Where one is refused, none of the others is shown.
  for (const { ask, decision, refusal, isRecorded } of refused.length > 0 ? refused : decided) {
    const line = JSON.stringify([ask.method, decision?.effect, decision?.rules, refusal?.reason]);
    if (!isRecorded || told.has(line)) continue;
    told.add(line);
    recordAsk(call, gate, ask.method, decision, refusal?.reason);
  }
  return refused[0]?.refusal;
}

function decideAsk(call: Call, gate: AnswerParts, ask: Ask, declared: Declared): Decided {
  const halt = (gate.policy.current() ?? call.policy)?.halts?.ofAll(call.principal);
  if (halt !== undefined) return saidNo(ask, undefined, haltedRefusal(halt));
  const rule = call.answeredIn?.serverRequests.get(ask.method);
  if (rule === undefined) return decideUnknown(call, gate, ask);
  const request = rule(ask.params);
  if (request === 'pass') return { ask, decision: undefined, refusal: undefined, isRecorded: false };
  if ('problem' in request) return saidNo(ask, undefined, refuse('bad-params', request.problem));
  if (!declared.has(request.kind)) {
    // As the client itself would answer, who has nobody to ask.
    const why = `its client has not declared "${DECLARED_AS[request.kind]}"`;
    return saidNo(ask, undefined, refuse('unknown-method', `${ask.method} (${why})`));
  }
  const policy = gate.policy.current() ?? call.policy;
  if (policy === undefined) return saidNo(ask, undefined, refuse('no-policy'));
  const decision = decideClientRequest(policy, request, factsOfAnswer(call, policy, gate.clock));
  if (decision.effect !== 'Deny') return { ask, decision, refusal: undefined, isRecorded: true };
  return saidNo(ask, decision, refuseInWords('denied', explainClientRequest(decision, request)));
}

/** A method that no revision knows passes where a rule names it. */
function decideUnknown(call: Call, gate: AnswerParts, ask: Ask): Decided {
  const decision = decideMethod(call, gate, ask.method);
  if (decision === undefined || decision.effect === 'Deny')
    return saidNo(ask, decision, refuse('unknown-method', ask.method));
  return { ask, decision, refusal: undefined, isRecorded: true };
}

function saidNo(ask: Ask, decision: Verdict | undefined, refusal: Refusal): Decided {
  return { ask, decision, refusal, isRecorded: true };
}

export function decideMethod(call: Call, gate: AnswerParts, method: string): Verdict | undefined {
  const policy = gate.policy.current() ?? call.policy;
  // One of another revision would pass with nothing in it decided on.
  if (policy === undefined || call.principal === undefined || isMethodOfMcp(method)) return undefined;
  const target = { kind: 'method', name: method, args: undefined } as const;
  return decideTarget(policy, call.principal, target, new Inspection(gate.clock), momentOfAnswer(call, gate.clock));
}

/**
 * Says no to the server in the client's place: the client never hears of the request, and the server must not wait for it.
 * False when it does not take what it has been told already.
 */
export function answerServer(of: Call, gate: AnswerParts, id: MessageId, { code, message }: Refusal): boolean {
  const { conversation } = of;
  if (conversation === undefined || conversation.refusalsOnTheWay >= MAX_REFUSALS_ON_THE_WAY) return false;
  const { 'last-event-id': _, ...headers } = of.request.headers;
  // The session may have been opened by the very answer that the request came with.
  const sessionId = of.session?.id ?? of.reading?.sessionId;
  if (sessionId !== undefined) headers['mcp-session-id'] = sessionId;
  const answer: UpstreamRequest = {
    httpMethod: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } })),
    message: { kind: 'response', id, failed: true, view: undefined },
    revision: of.revision,
    sessionId,
    endpoint: of.session?.transport?.endpoint,
    mayResume: false,
    principal: of.principal,
    withToken: serverChecksTokens(of.policy),
    takesMore: true,
  };
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

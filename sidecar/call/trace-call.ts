/**
 * The spans of a call: one for it as its client sees it, one for each time that it waited in the gate, one for asking the server. Named
 * and described as the semantic conventions for MCP and generative AI say (OpenTelemetry semantic conventions 1.45), and never with
 * arguments or results.
 */
import type { Clock } from '../../core/clock.ts';
import type { TargetKind } from '../../core/mcp/catalogue.ts';
import type { Attributes } from '../../core/telemetry/telemetry.ts';
import { CallSpan, type Tracing } from '../telemetry/call-span.ts';
import type { Outcome } from '../telemetry/outcome.ts';
import { newSpanId } from '../telemetry/trace-id.ts';
import type { Call, MessageCall } from './call.ts';

export interface TraceParts {
  readonly clock: Clock;
  /** Undefined where nobody collects traces. */
  readonly tracing?: Tracing | undefined;
}

/** Names and URIs are the caller's. */
const MAX_NAME = 256;
const MAX_URI = 2048;

/**
 * A request or notification of somebody who is known begins to be traced, where it is to be. What is refused before is part of no trace:
 * anybody could send it, naming any trace, without end.
 */
export function beginTrace(call: MessageCall, { tracing }: TraceParts): void {
  if (tracing === undefined || call.reading.head.kind === 'response') return;
  call.course.span = CallSpan.of(call.traceId, call.parent, tracing);
}

/** All that is told of a call that was traced; `reason` is the refusal's, where there was one. */
export function endTrace(call: Call, { clock, tracing }: TraceParts, outcome: Outcome, reason: string): void {
  const { span, admittedAt } = call.course;
  if (span === undefined || tracing === undefined) return;
  const now = clock.monotonic();
  const toEpoch = clock.now() - now;
  const { traceId, spanId, parent } = span;
  const said = saidBy(call);
  const name = nameOf(said);
  const error = errorOf(outcome, reason);
  const state = parent?.state;
  tracing.span({
    ...{ name, kind: 'server', traceId, spanId, error },
    parent: parent === undefined ? undefined : { spanId: parent.spanId, isRemote: true, state },
    ...{ start: toEpoch + admittedAt, end: toEpoch + now },
    attributes: { ...said, ...wayIn(call), ...decision(call, outcome, reason), 'error.type': error },
  });
  const within = { traceId, parent: { spanId, isRemote: false, state } };
  for (const { what, begun, ended } of span.waits) {
    const times = { start: toEpoch + begun, end: toEpoch + (ended ?? now) };
    tracing.span({ ...within, ...times, name: what, kind: 'internal', spanId: newSpanId(), attributes: {} });
  }
  if (call.sending === undefined || call.course.keptMs !== undefined) return;
  const failed = outcome === 'upstream-error' ? reason : undefined;
  tracing.span({
    ...{ ...within, name, kind: 'client', spanId: span.upstreamId, error: failed },
    ...{ start: toEpoch + call.sending.at, end: toEpoch + now },
    attributes: { ...said, 'error.type': failed, 'sallyport.upstream.first_byte_ms': call.course.upstreamMs },
  });
}

/** `{mcp.method.name} {target}`, where the target is one of few: never a URI. */
function nameOf(said: Attributes): string {
  const target = said['gen_ai.tool.name'] ?? said['gen_ai.prompt.name'];
  const method = String(said['mcp.method.name']);
  return target === undefined ? method : `${method} ${String(target)}`;
}

function saidBy(call: Call): Attributes {
  const { id, methodName, answeredIn } = call;
  return {
    'mcp.method.name': methodName,
    'mcp.protocol.version': answeredIn?.version,
    'mcp.session.id': call.session?.id,
    'jsonrpc.request.id': id === null ? undefined : String(id),
    'gen_ai.operation.name': methodName === 'tools/call' ? 'execute_tool' : undefined,
    'gen_ai.tool.name': targetOf(call, 'tool', MAX_NAME),
    'gen_ai.prompt.name': targetOf(call, 'prompt', MAX_NAME),
    'mcp.resource.uri': targetOf(call, 'resource', MAX_URI),
  };
}

function targetOf({ judgement }: Call, kind: TargetKind, max: number): string | undefined {
  const first = judgement?.targets[0];
  return first?.kind === kind ? first.name.slice(0, max).toWellFormed() : undefined;
}

function wayIn({ request }: Call): Attributes {
  const isPipe = request.mcpHeaders === undefined;
  return {
    'network.transport': isPipe ? 'pipe' : 'tcp',
    'network.protocol.name': isPipe ? undefined : 'http',
    'client.address': request.peer?.remoteAddress,
  };
}

function decision({ judgement, policy, course }: Call, outcome: Outcome, reason: string): Attributes {
  const verdict = judgement?.verdict;
  return {
    'sallyport.outcome': outcome,
    'sallyport.decision.reason': reason,
    'sallyport.decision.effect': verdict?.effect,
    'sallyport.policy.revision': policy?.revision,
    'sallyport.approval.name': course.approval?.name,
    'sallyport.cache.age_ms': course.keptMs,
    'sallyport.findings': verdict?.findings.map(({ detector }) => detector),
  };
}

/** What the client got is an error of the protocol, or nothing. That it is to call again, or left by itself, is none. */
function errorOf(outcome: Outcome, reason: string): string | undefined {
  const failed = outcome === 'refused' || outcome === 'upstream-error' || outcome === 'interrupted';
  return failed ? reason : undefined;
}

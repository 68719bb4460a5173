/** Trace context as it comes from a client (W3C Trace Context, level 2). Parsed by hand: every call has one, and few are sampled. */

/** The span of somebody else that a call is part of. */
export interface TraceParent {
  /** 32 hex digits, not all 0. */
  readonly traceId: string;
  /** 16 hex digits, not all 0. */
  readonly spanId: string;
  /** Whoever began the trace wants it recorded. */
  readonly sampled: boolean;
  /** What vendors carry along in it, as it came. */
  readonly state: string | undefined;
}

const LENGTH = 55;
/** All that version 00 has; a later version may go on behind another dash (§3.2.4 of the Recommendation). */
const FIELDS = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
const SAMPLED = 1;
/** What everybody has to be able to pass on; longer ones may be dropped (§3.3.1.5). */
const MAX_STATE = 512;
const PRINTABLE = /^[\x20-\x7e]*$/;

/** What `traceparent` and `tracestate` say; undefined where the first is none, for then the second means nothing. */
export function parseTraceParent(traceparent: unknown, tracestate: unknown): TraceParent | undefined {
  if (typeof traceparent !== 'string' || traceparent.length < LENGTH) return undefined;
  const [, version, traceId = NO_TRACE, spanId = NO_SPAN, flags = ''] = FIELDS.exec(traceparent.slice(0, LENGTH)) ?? [];
  if (version === undefined || version === 'ff' || traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  if (traceparent.length > LENGTH && (version === '00' || traceparent[LENGTH] !== '-')) return undefined;
  const sampled = (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED;
  return { traceId, spanId, sampled, state: stateOf(tracestate) };
}

/** Version 00, which everybody reads, of a span that is sampled. */
export function sampledTraceParent(traceId: string, spanId: string): string {
  return `00-${traceId}-${spanId}-01`;
}

function stateOf(tracestate: unknown): string | undefined {
  if (typeof tracestate !== 'string' || tracestate === '') return undefined;
  return tracestate.length <= MAX_STATE && PRINTABLE.test(tracestate) ? tracestate : undefined;
}

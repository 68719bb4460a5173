/** A call that is traced, on its way: the ids that others are told, and how long it waited for what. The spans are made at its end. */
import type { SpanData, SpanReference } from '../../core/telemetry/telemetry.ts';
import { type Sampler, isSampled } from '../../core/telemetry/sampler.ts';
import { type TraceParent, sampledTraceParent } from '../../core/telemetry/trace-context.ts';
import { newSpanId } from './trace-id.ts';

/** Where spans go; a gate that traces nothing has none. */
export interface Tracing {
  readonly sampler: Sampler;
  span(span: SpanData): void;
}

/** What a call waited for, in monotonic milliseconds. */
export interface Waited {
  readonly what: string;
  readonly begun: number;
  ended: number | undefined;
}

export class CallSpan implements SpanReference {
  readonly sampled = true;
  readonly traceId: string;
  readonly parent: TraceParent | undefined;
  readonly spanId = newSpanId();
  /** Of what the server is asked. */
  readonly upstreamId = newSpanId();
  readonly waits: Waited[] = [];

  /** Undefined where the call is not to be traced, which costs next to nothing. */
  static of(traceId: string, parent: TraceParent | undefined, { sampler }: Tracing): CallSpan | undefined {
    return isSampled(sampler, traceId, parent) ? new CallSpan(traceId, parent) : undefined;
  }

  private constructor(traceId: string, parent: TraceParent | undefined) {
    this.traceId = traceId;
    this.parent = parent;
  }

  /** For the server: its parent is the span of asking it. */
  get traceparent(): string {
    return sampledTraceParent(this.traceId, this.upstreamId);
  }

  get tracestate(): string | undefined {
    return this.parent?.state;
  }

  /** `now` in monotonic milliseconds. The end of it is set in what this returns. */
  beginWait(what: string, now: number): Waited {
    const waited: Waited = { what, begun: now, ended: undefined };
    this.waits.push(waited);
    return waited;
  }
}

/**
 * The lines of a traffic log, JSON Lines: a head, then calls, answers that came behind the record of their call, and what the server said
 * that its tools are; an end where there was one. Members in this order; what is not there is left out.
 */
import type { Effect } from '../api/effects.ts';
import type { Shape } from './shape.ts';

/** A log of another version is not read: a shape that is misread would allow what nobody saw. */
export const TRAFFIC_VERSION = 1;

export interface TrafficHead {
  readonly traffic: typeof TRAFFIC_VERSION;
  /** `namespace/name`. */
  readonly server: string;
  readonly time: string;
  /** When the recording ends by itself, and at how many bytes. */
  readonly until: string;
  readonly maxBytes: number;
  /** Names of parameters whose values are kept. */
  readonly full: readonly string[];
}

export interface TrafficPrincipal {
  readonly kind: string;
  readonly name: string;
  readonly groups: readonly string[];
  readonly issuer?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/** What of a result is kept. `found`: in all of its texts. */
export interface ResultShape {
  readonly isError: boolean;
  /** Types of its blocks, each once, and how many there are. */
  readonly blocks: readonly string[];
  readonly count: number;
  /** Bytes of it, as the server sent it. */
  readonly bytes: number;
  readonly found?: readonly string[] | undefined;
  /** Code of the JSON-RPC error that was answered instead. */
  readonly error?: number | undefined;
}

export interface TrafficCall {
  /** Numbers a call within its log. */
  readonly call: number;
  readonly time: string;
  readonly principal: TrafficPrincipal | null;
  /** Digest under a key that is never written: tells one session of a log from another. */
  readonly session?: string | undefined;
  /** Revision of MCP that its client speaks. */
  readonly protocol?: string | undefined;
  readonly method: string;
  readonly kind: 'tool' | 'resource' | 'prompt' | 'method';
  readonly name: string;
  readonly arguments?: Shape | undefined;
  /** What the policy that was in force made of it; null where it was not asked. */
  readonly effect: Effect | null;
  readonly rules: readonly string[];
  readonly outcome: string;
  readonly reason: string;
  /** Of the answer, where the policy had something to say of it. */
  readonly answer?: { readonly effect: Effect; readonly rules: readonly string[] } | undefined;
  readonly bytes: { readonly request: number; readonly answer: number };
  readonly result?: ResultShape | undefined;
}

/** Of a call that was on record before its answer came. */
export interface TrafficAnswer {
  readonly answered: number;
  readonly result: ResultShape;
}

/** A tool as the server lists it, with what may not be kept taken out of its texts. */
export interface TrafficTool {
  readonly tool: Readonly<Record<string, unknown>>;
}

/** `lost`: how many lines could not be written in time. */
export interface TrafficEnd {
  readonly end: 'time' | 'size' | 'closed';
  readonly time: string;
  readonly lost: number;
}

export type TrafficLine = TrafficHead | TrafficCall | TrafficAnswer | TrafficTool | TrafficEnd;

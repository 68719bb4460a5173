/** What a gate tells of its calls to whoever records them, and no more than it has at hand. */
import type { ResultShape, TrafficCall } from '../../core/traffic/line.ts';
import type { Shape } from '../../core/traffic/shape.ts';

/** What is kept of a call until its record is written, and until its answer came. */
export interface Noted {
  readonly call: number;
  readonly shape: Shape | undefined;
  isWritten: boolean;
  result: ResultShape | undefined;
}

export interface NotedCall extends Omit<TrafficCall, 'call' | 'arguments' | 'result'> {
  readonly noted: Noted;
}

/** Of an answer, as its server sent it. Read only where it is small enough. */
export interface NotedAnswer {
  readonly result: () => unknown;
  /** Code of the error. */
  readonly error: () => unknown;
  readonly failed: boolean;
  readonly bytes: number;
}

export interface TrafficTap {
  /** What is told now is recorded. */
  readonly isOn: boolean;
  /** A call is about to be decided on. */
  begin(tool: string | undefined, args: unknown): Noted;
  answered(noted: Noted, answer: NotedAnswer): void;
  /** What the server lists as its tools. */
  listed(tools: unknown): void;
  /** The call is over; its answer may still come. */
  ended(call: NotedCall): void;
}

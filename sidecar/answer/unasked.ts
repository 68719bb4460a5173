/** Answers that nobody asked for: dropped, counted, and on record, so seldom that no server can fill the log with them. */
import type { AnswerParts } from './parts.ts';
import type { Call } from '../call/call.ts';
import { recordUnasked } from '../call/record.ts';

/** Of one stream; some stay open for days. */
const ONCE_IN_MS = 60_000;

export class Unasked {
  readonly #call: Call;
  readonly #gate: AnswerParts;
  #recordedAt: number | undefined = undefined;

  constructor(call: Call, gate: AnswerParts) {
    this.#call = call;
    this.#gate = gate;
  }

  note(): void {
    this.#gate.metrics.upstreamError('upstream-invalid');
    const now = this.#gate.clock.monotonic();
    if (this.#recordedAt !== undefined && now - this.#recordedAt < ONCE_IN_MS) return;
    this.#recordedAt = now;
    recordUnasked(this.#call, this.#gate);
  }
}

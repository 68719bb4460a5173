/** The bytes of an answer on its way: where there is no room for them the server waits, and not for ever. */
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { Call } from '../call/call.ts';

export class AnswerRoom {
  readonly #call: Call;
  readonly #goOn: () => void;
  readonly #giveUp: (refusal: Refusal) => void;
  /** The body, which lives as long as the call. */
  readonly #base: number;
  #waits = false;

  /** `goOn` lets the server send more; `giveUp` ends the call. */
  constructor(call: Call, goOn: () => void, giveUp: (refusal: Refusal) => void) {
    this.#call = call;
    this.#goOn = goOn;
    this.#giveUp = giveUp;
    this.#base = call.room?.bytes.bytes ?? 0;
    const onCut = (): void => giveUp(noRoomForAnswer());
    if (call.room !== undefined) call.room.bytes.onCut = onCut;
  }

  /** So many bytes of the answer are held, and that many are known to come. False: the server should wait until it is told to go on. */
  holds(bytes: number, expected = 0): boolean {
    const lease = this.#call.room?.bytes;
    if (lease === undefined) return true;
    const [now, then] = [this.#base + bytes, this.#base + Math.max(bytes, expected)];
    if (!this.#waits && lease.fits(then)) return true;
    if (lease.holds(now) && expected <= bytes) return !this.#waits;
    if (this.#waits) return false;
    this.#waits = true;
    lease.waitWithReserve(expected > bytes ? then : 0, lease.waits.answerMs, (hasRoom) => {
      this.#waits = false;
      if (hasRoom) this.#goOn();
      else this.#giveUp(noRoomForAnswer());
    });
    return false;
  }
}

export function noRoomForAnswer(): Refusal {
  return refuse(
    'no-room-for-answer',
    'the server has executed the call, but there was no room for its answer beside what is held for others; ' +
      'check what it has done before calling again, and ask for less at a time',
  );
}

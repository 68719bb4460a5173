/**
 * The last fence: what got past all others. Nobody can say what state it has left things in (Node.js, 'uncaughtException': "the
 * application is in an undefined state"), so the process refuses everything from then on, says why, and ends in order.
 */

/** What is watched; `process` has it. */
export interface Watched {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
  exit(code: number): unknown;
}

export interface LastFenceEvents {
  /** Every time, for the log. */
  onError(error: unknown): void;
  /** Once, at once: from here on nothing is let through. `why` is a sentence for people. */
  refuseAll(why: string): void;
  /** Once, after that: closes what has to be closed, above all the log. What it throws or does not finish in time is left. */
  end(): Promise<void>;
}

export const FAILED_EXIT_CODE = 70;
const MAX_WORDS = 300;

/** `after` runs something in so many milliseconds, which must keep the process until then: at `endWithinMs` it ends, whatever is still open. */
export function standLastFence(
  watched: Watched,
  events: LastFenceEvents,
  after: (run: () => void, ms: number) => unknown,
  endWithinMs: number,
): void {
  let fell = false;
  const exit = (): void => void watched.exit(FAILED_EXIT_CODE);
  const endInOrder = async (): Promise<void> => {
    try {
      await events.end();
    } catch (error) {
      attempt(() => events.onError(error));
    }
    exit();
  };
  const onError = (error: unknown): void => {
    attempt(() => events.onError(error));
    // One that ends must not begin to end again: closing may throw, too.
    if (fell) return;
    fell = true;
    attempt(() => events.refuseAll(`an error that nothing caught: ${wordsOf(error)}`));
    after(exit, endWithinMs);
    void endInOrder();
  };
  // Both: options of Node may take rejections for warnings (`--unhandled-rejections=warn`).
  watched.on('uncaughtException', onError);
  watched.on('unhandledRejection', onError);
}

function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // Whatever else has to happen on the way out still has to.
  }
}

function wordsOf(error: unknown): string {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return words.slice(0, MAX_WORDS);
}

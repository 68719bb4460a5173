/**
 * A fence at an entrance: an event handler, a timer, the callback of a watcher. Node calls those with nobody above them to catch,
 * so what one throws ends the process, and with it the calls of everybody (Node.js, Event: 'uncaughtException').
 */

/** `handler`, of which nothing gets out: what it throws, at once or by its promise, goes to `onThrown`, which tells, and answers who waits. */
export function fenced<A extends readonly unknown[]>(
  handler: (...args: A) => unknown,
  onThrown: (error: unknown, ...args: A) => void,
): (...args: A) => void {
  return (...args) => {
    try {
      const outcome = handler(...args);
      if (outcome instanceof Promise) outcome.catch((error: unknown) => told(onThrown, error, args));
    } catch (error) {
      told(onThrown, error, args);
    }
  };
}

/** Telling may fail as well, of a log whose disk is full for instance; whoever provokes that must not end the process by it either. */
function told<A extends readonly unknown[]>(
  onThrown: (error: unknown, ...args: A) => void,
  error: unknown,
  args: A,
): void {
  try {
    onThrown(error, ...args);
  } catch {
    // There is nobody left to tell.
  }
}

/** What a fence needs of an HTTP response; `http.ServerResponse` has it. */
export interface AnswerableResponse {
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  end(body: string): unknown;
  destroy(): unknown;
}

const FAILED_BODY = `${JSON.stringify({ error: 'this request failed here; the log of the process says why' })}\n`;

/** HTTP 500 to a request whose handler failed; an answer that has begun is cut, so that nobody takes it for whole. */
export function answerFailed(response: AnswerableResponse): void {
  if (response.writableEnded) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // Its body may not have been read to the end, so nothing on this connection can be told from it any more.
  response.writeHead(500, { 'content-type': 'application/json', connection: 'close' });
  response.end(FAILED_BODY);
}

/** Waiting for what happens soon, without guessing how soon. */
import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 10_000;

/** Asks again until the answer is neither undefined nor false; throws with `what` when it never is. */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = LIMIT_MS,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`did not happen within ${limitMs} ms: ${what}`);
    await sleep(10);
  }
}

export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const late = new AbortController();
  try {
    return await Promise.race([
      promise,
      sleep(ms, undefined, { signal: late.signal }).then(() => {
        throw new Error(`took longer than ${ms} ms: ${what}`);
      }),
    ]);
  } finally {
    late.abort();
    promise.catch(() => {});
  }
}

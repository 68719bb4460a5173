/** Waiting for a server that may never answer: two requests of a batch with one id, for example. */
import type { JsonInput } from '../input.ts';

const ANSWER_LIMIT_MS = 2_000;
/** A batch of two requests with one id is never answered; what it executes, it has executed by then. */
const BATCH_LIMIT_MS = 20;
const OPEN_BRACKET = 0x5b;

export function answerLimitMs({ body }: JsonInput): number {
  return body[0] === OPEN_BRACKET ? BATCH_LIMIT_MS : ANSWER_LIMIT_MS;
}

/** Undefined when it takes longer than `ms`. */
export async function settled<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a status code of HTTP means for a message that was sent (RFC 9110 §15), and how long to wait with the next. Pure. */
import { NotTakenError } from './channel.ts';
import type { Answer } from './post.ts';

/** Whoever asks for more is asked again sooner all the same. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;
/** It is this message, and would be at any time: malformed, too large, of a kind that is not taken. */
const OF_THE_MESSAGE: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** Undefined: it was taken. */
export function problemOf(
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  now: number,
): NotTakenError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const afterMs = retryAfterOf(headers['retry-after'], now);
  return new NotTakenError(`it answers ${status}${hintFor(status)}`, {
    again: OF_THE_MESSAGE.has(status) ? 'Never' : 'Later',
    afterMs,
  });
}

/** Seconds or a date (RFC 9110 §10.2.3), as milliseconds from now; undefined for anything else. */
export function retryAfterOf(header: string | string[] | undefined, now: number): number | undefined {
  const text = [header].flat()[0];
  if (text === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}

function hintFor(status: number): string {
  if (status >= 300 && status < 400)
    return ', a redirect, and none is followed; write the URL that it leads to into the Secret of the channel';
  if (status === 401 || status === 403) return '; look at the Secret of the channel';
  if (status === 404 || status === 410)
    return ': there is no such endpoint any more; look at the URL in the Secret of the channel';
  return '';
}

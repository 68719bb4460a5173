/** The body of an admission request as text, within bounds. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { Collector } from '../../core/collector.ts';
import type { Share } from './body-room.ts';

/**
 * A review holds two objects at most, the old and the new one. The API server takes requests of up to 3 MiB, in which either can
 * be; 2 × 3 MiB and another for the envelope are 7 MiB, the same bound as controller-runtime's.
 */
export const MAX_BODY = 7 * 2 ** 20;

/** `status` 0: nobody is left to tell. */
interface BodyProblem {
  readonly status: number;
  readonly problem: string;
}

const TOO_LARGE = { status: 413, problem: `the body is larger than ${MAX_BODY} bytes` };

const NO_ROOM = { status: 503, problem: 'too much is being sent here at this moment; try again in a few seconds' };

/** What is read counts to `share`, which the caller closes when it is done with the body. */
export async function readBody(request: IncomingMessage, share: Share): Promise<string | BodyProblem> {
  if (request.method !== 'POST') return { status: 405, problem: 'a webhook is asked with POST' };
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim();
  if (type !== 'application/json') return { status: 415, problem: 'the content type has to be application/json' };
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) return TOO_LARGE;
  const gathered = new Collector();
  try {
    // Leaving the loop early must not take the connection along, on which the answer goes.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (gathered.length + chunk.length > MAX_BODY) return TOO_LARGE;
      if (!share.take(chunk.length)) return NO_ROOM;
      gathered.push(chunk);
    }
  } catch {
    return { status: 0, problem: 'the connection was lost before the body had come' };
  }
  const body = gathered.take();
  return isUtf8(body) ? body.toString('utf8') : { status: 400, problem: 'the body is not UTF-8' };
}

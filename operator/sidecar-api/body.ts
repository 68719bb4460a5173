/** The body of a sidecar's request, as JSON. */
import type { IncomingMessage } from 'node:http';
import { Collector } from '../../core/collector.ts';

/** A preview has at most 32k characters; the rest of a request is a few names. */
const MAX_BODY_BYTES = 256 * 1024;

export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly status: 400 | 413;

  constructor(status: 400 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

/** Throws BodyError. */
export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const gathered = new Collector();
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (gathered.length + chunk.length > MAX_BODY_BYTES)
      throw new BodyError(413, `the body has more than ${MAX_BODY_BYTES} bytes`);
    gathered.push(chunk);
  }
  try {
    return JSON.parse(gathered.take().toString('utf8')) as unknown;
  } catch {
    throw new BodyError(400, 'the body is not JSON');
  }
}

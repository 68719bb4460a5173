/** The body of a request from anywhere: read within a size and a time, before anything is known of who sends it. */
import type { IncomingMessage } from 'node:http';
import { Collector } from '../../core/collector.ts';

/** Slack sends the whole message along, fifty blocks of up to 3000 characters (Block Kit), in the encoding of forms. */
export const MAX_BODY = 512 * 1024;
/** Whoever is slower than this has no network to speak of; Slack itself waits for three seconds. */
const BODY_WITHIN_MS = 5_000;

export type HookBody = { readonly bytes: Buffer } | { readonly problem: 'too-large' | 'slow' | 'lost' };

export async function readHookBody(request: IncomingMessage, withinMs: number = BODY_WITHIN_MS): Promise<HookBody> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) return { problem: 'too-large' };
  const gathered = new Collector();
  const { promise, resolve } = Promise.withResolvers<HookBody>();
  const timer = setTimeout(() => resolve({ problem: 'slow' }), withinMs);
  const onData = (chunk: Buffer): void => {
    if (gathered.length + chunk.length > MAX_BODY) resolve({ problem: 'too-large' });
    else gathered.push(chunk);
  };
  const onEnd = (): void => resolve({ bytes: gathered.take() });
  const onLost = (): void => resolve({ problem: 'lost' });
  request.on('data', onData).once('end', onEnd).once('close', onLost).on('error', onLost);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    request.off('data', onData).off('end', onEnd).off('close', onLost);
    request.pause();
  }
}

/** The body of a request, of bounded size. */
import { Collector } from '../core/collector.ts';

export type Body = { readonly bytes: Buffer } | { readonly tooLarge: true };

/** Rejects where the other end goes before its end. */
export async function readBody(request: AsyncIterable<Buffer>, maxBytes: number): Promise<Body> {
  const gathered = new Collector();
  for await (const chunk of request) {
    if (gathered.length + chunk.length > maxBytes) return { tooLarge: true };
    gathered.push(chunk);
  }
  return { bytes: gathered.take() };
}

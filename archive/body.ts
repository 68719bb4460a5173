/** The body of a request, of bounded size. */

export type Body = { readonly bytes: Buffer } | { readonly tooLarge: true };

/** Rejects where the other end goes before its end. */
export async function readBody(request: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBytes) return { tooLarge: true };
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks, size) };
}

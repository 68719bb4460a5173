/** Feeds files' bytes, in whatever pieces they come, to a Verifier line by line. */
import { createHash } from 'node:crypto';
import type { Report } from './report.ts';
import { Verifier, type VerifyOptions } from './verify.ts';

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Several times what the caps of record.ts allow; a longer line is hashed but not kept. */
const MAX_LINE_BYTES = 1024 * 1024;

const NEWLINE = 0x0a;

/** One file that stands for itself. */
export async function verifyChunks(chunks: Chunks, options: VerifyOptions = {}): Promise<Report> {
  const verifier = new Verifier(options);
  return verifier.finish(await pushLines(verifier, chunks));
}

/** Pushes all lines, and returns what follows the last newline; empty also for a rest that is too long, which is pushed. */
export async function pushLines(verifier: Verifier, chunks: Chunks): Promise<Uint8Array> {
  let parts: Uint8Array[] = [];
  let held = 0;
  let oversized: ReturnType<typeof createHash> | undefined;

  const hold = (part: Uint8Array): void => {
    held += part.length;
    if (oversized === undefined && held > MAX_LINE_BYTES) {
      oversized = createHash('sha256');
      for (const earlier of parts) oversized.update(earlier);
      parts = [];
    }
    if (oversized === undefined) parts.push(part);
    else oversized.update(part);
  };
  const endLine = (): void => {
    if (oversized !== undefined) verifier.pushOversized(oversized.digest('hex'));
    else verifier.push(joined(parts));
    parts = [];
    held = 0;
    oversized = undefined;
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      hold(chunk.subarray(start, end));
      endLine();
      start = end + 1;
    }
    if (start < chunk.length) hold(chunk.subarray(start));
  }
  if (oversized !== undefined) endLine();
  return joined(parts);
}

function joined(parts: Uint8Array[]): Uint8Array {
  return parts.length === 1 ? (parts[0] ?? new Uint8Array()) : Buffer.concat(parts);
}

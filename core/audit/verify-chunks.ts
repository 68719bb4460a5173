/** Feeds files' bytes, in whatever pieces they come, to a Verifier line by line. */
import { HeldLine } from './held-line.ts';
import type { Report } from './report.ts';
import { Verifier, type VerifyOptions } from './verify.ts';

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const NEWLINE = 0x0a;

/** Takes lines, without their newlines. */
export interface LineSink {
  push(line: Uint8Array): void;
  /** One that is too long to be a record: its SHA-256. */
  pushOversized(hash: string): void;
  /** Asked after each piece of a file: a promise where the next one has to wait. */
  room?(): Promise<void> | undefined;
}

/** One file that stands for itself. */
export async function verifyChunks(chunks: Chunks, options: VerifyOptions = {}): Promise<Report> {
  const verifier = new Verifier(options);
  return verifier.finish(await pushLines(verifier, chunks));
}

/** Pushes all lines, and returns what follows the last newline; empty also for a rest that is too long, which is pushed. */
export async function pushLines(sink: LineSink, chunks: Chunks): Promise<Uint8Array> {
  const held = new HeldLine();
  const endLine = (): void => {
    const line = held.take();
    if ('oversized' in line) sink.pushOversized(line.oversized);
    else sink.push(line.bytes);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      held.push(chunk.subarray(start, end));
      endLine();
      start = end + 1;
    }
    if (start < chunk.length) held.push(chunk.subarray(start));
    const room = sink.room?.();
    if (room !== undefined) await room;
  }
  const rest = held.take();
  if ('bytes' in rest) return rest.bytes;
  sink.pushOversized(rest.oversized);
  return new Uint8Array();
}

/** Goes on with an audit file as it grows, and with the one that takes its place. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageError } from '../errors.ts';
import { visible } from '../../core/shown/terminal-text.ts';
import { HeldLine } from '../../core/audit/held-line.ts';
import type { LineSink } from '../../core/audit/verify-chunks.ts';

const LOOK_MS = 250;
const CHUNK = Buffer.alloc(64 * 1024);
const NEWLINE = 0x0a;

/**
 * All that the file has, and what comes; until the process is told to end, or `signal`. `told` is called when all that is new was pushed.
 * Throws the system's error, and a UserError for what cannot be followed.
 */
export async function follow(path: string, sink: LineSink, told: () => void, signal?: AbortSignal): Promise<void> {
  // A pipe would keep the whole process waiting for whoever writes to it.
  if (!statSync(path).isFile() || path.endsWith('.gz'))
    throw usageError(`${visible(path)} cannot be followed`, 'give the file that is written to: audit.jsonl');
  let file = openSync(path, 'r');
  let at = 0;
  let held = new HeldLine();
  try {
    for (;;) {
      at += await readFrom(file, at, sink, held);
      told();
      const next = reopened(path, file, at);
      if (next !== undefined) {
        // What was written between the last look and the change of files.
        await readFrom(file, at, sink, held);
        closeSync(file);
        [file, at, held] = [next, 0, new HeldLine()];
        continue;
      }
      if (signal?.aborted === true) return;
      await sleep(LOOK_MS);
    }
  } finally {
    closeSync(file);
  }
}

/** The file that has the name now, where it is another one or was cut. */
function reopened(path: string, file: number, at: number): number | undefined {
  try {
    const now = statSync(path);
    const open = fstatSync(file);
    return now.ino !== open.ino || now.dev !== open.dev || now.size < at ? openSync(path, 'r') : undefined;
  } catch {
    // Moved, and the next one is not there yet.
    return undefined;
  }
}

async function readFrom(file: number, from: number, sink: LineSink, held: HeldLine): Promise<number> {
  let at = from;
  for (;;) {
    const count = readSync(file, CHUNK, 0, CHUNK.length, at);
    if (count === 0) return at - from;
    at += count;
    // A copy: lines may be kept over reads.
    const chunk = Buffer.from(CHUNK.subarray(0, count));
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      held.push(chunk.subarray(start, end));
      const line = held.take();
      if ('bytes' in line) sink.push(line.bytes);
      else sink.pushOversized(line.oversized);
      start = end + 1;
    }
    if (start < count) held.push(chunk.subarray(start));
    const room = sink.room?.();
    if (room !== undefined) await room;
  }
}

/** Whole lines of an audit file, from where the archive has it on. */
import { createHash } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { readAt } from '../files/read-at.ts';
import type { Place } from './progress.ts';

/** Half of what the archive takes. */
const SEGMENT_BYTES = 1024 * 1024;
/** The longest line there can be, and the one before it. */
const MAX_BYTES = 3 * 1024 * 1024;
const NEWLINE = 0x0a;

export interface ReadSegment {
  readonly bytes: Buffer;
  /** Where the file is once this is acknowledged. */
  readonly place: Place;
  /** Lines that were not sent before. */
  readonly lines: number;
}

/**
 * The next lines behind `place`; undefined where no whole one is there. The line before them goes along, where there is one, so that the
 * archive sees what they are linked to: of a gate that died, what is left of its last line says nothing by itself.
 */
export function readSegment(fd: number, place: Place | undefined): ReadSegment | undefined {
  const { lineAt = 0, end = 0 } = place ?? {};
  let bytes = readAt(fd, lineAt, end - lineAt + SEGMENT_BYTES);
  let last = bytes.lastIndexOf(NEWLINE);
  if (lineAt + last + 1 <= end) {
    bytes = readAt(fd, lineAt, end - lineAt + MAX_BYTES);
    last = bytes.lastIndexOf(NEWLINE);
  }
  if (lineAt + last + 1 <= end) return undefined;
  const whole = bytes.subarray(0, last + 1);
  const lineStart = last === 0 ? 0 : whole.lastIndexOf(NEWLINE, last - 1) + 1;
  const next = {
    end: lineAt + whole.length,
    lineAt: lineAt + lineStart,
    hash: createHash('sha256').update(whole.subarray(lineStart, last)).digest('hex'),
  };
  return { bytes: whole, place: next, lines: countLines(whole, end - lineAt) };
}

/** Behind `place` there is more without a newline than what a gate that died can have left of a line. */
export function hasUnreadable(fd: number, place: Place | undefined): boolean {
  return fstatSync(fd).size - (place?.end ?? 0) >= MAX_BYTES;
}

/** The line that a place names is still there, so that the file is the one that it was. */
export function isPlaceIn(fd: number, { lineAt, end, hash }: Place): boolean {
  const line = readAt(fd, lineAt, end - lineAt);
  if (line.length !== end - lineAt || line.at(-1) !== NEWLINE) return false;
  return createHash('sha256').update(line.subarray(0, -1)).digest('hex') === hash;
}

function countLines(bytes: Buffer, from: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE, from); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}

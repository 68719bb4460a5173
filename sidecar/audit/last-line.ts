/** The last line of a file, read from its end: an audit file may be larger than memory. */
import { fstatSync } from 'node:fs';
import { readAt } from '../files/read-at.ts';

export interface LastLine {
  bytes: Buffer;
  /** False when the file does not end in a newline: its writer died in the middle of a line. */
  terminated: boolean;
}

const BLOCK = 64 * 1024;
const NEWLINE = 0x0a;

export function readLastLine(fd: number): LastLine | undefined {
  const { size } = fstatSync(fd);
  if (size === 0) return undefined;
  const terminated = readAt(fd, size - 1, 1)[0] === NEWLINE;
  const end = terminated ? size - 1 : size;
  const parts: Buffer[] = [];
  for (let at = end; at > 0;) {
    const start = Math.max(0, at - BLOCK);
    const block = readAt(fd, start, at - start);
    const newline = block.lastIndexOf(NEWLINE);
    parts.unshift(newline === -1 ? block : block.subarray(newline + 1));
    if (newline !== -1) break;
    at = start;
  }
  return { bytes: Buffer.concat(parts), terminated };
}

/**
 * A tar archive in the ustar format (IEEE Std 1003.1-2017, pax, "ustar Interchange Format"), compressed: the same files give the same bytes,
 * so that a digest can be checked by whoever builds it again.
 */
import { gzipSync } from 'node:zlib';

export interface ArchivedFile {
  /** Relative, with `/`, in ASCII, of at most 100 characters. */
  readonly path: string;
  readonly content: Buffer;
  readonly isExecutable?: boolean;
}

const BLOCK = 512;
const MAX_PATH = 100;

export function tarGz(files: readonly ArchivedFile[]): Buffer {
  const blocks = files.flatMap(({ path, content, isExecutable = false }) => [
    header(path, content.length, isExecutable ? 0o755 : 0o644),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  // Two empty blocks are its end.
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 9 });
}

/** Owned by root, of the first second of the epoch. */
function header(path: string, size: number, mode: number): Buffer {
  if (path.length > MAX_PATH) throw new Error(`${path} is too long a path for the archive`);
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0, 'latin1');
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  block.write('root', 265);
  block.write('root', 297);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)} `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, '0')}\0`;
}

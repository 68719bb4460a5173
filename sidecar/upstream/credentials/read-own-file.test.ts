import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { readOwnFile } from './read-own-file.ts';

function file(mode: number, text = 'sk-live-0123456789\n'): string {
  const path = join(temporaryFolder(), 'key');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe('a file with a key', () => {
  it.each([0o600, 0o400])('is read with mode %o', (mode) => {
    expect(readOwnFile(file(mode))).toEqual({ text: 'sk-live-0123456789\n' });
  });

  it.each([
    [0o644, '0644'],
    [0o640, '0640'],
    [0o620, '0620'],
    [0o606, '0606'],
  ])('is not read with mode %o, and what mends it is said', (mode, shown) => {
    const path = file(mode);
    expect(readOwnFile(path)).toEqual({
      problem: `has mode ${shown}, so that others may read or write it; run: chmod 600 ${path}`,
    });
  });

  it('is not read where it is none, or large', () => {
    expect(readOwnFile('/nowhere/key')).toEqual({ problem: 'cannot be read (ENOENT); check its path' });
    expect(readOwnFile(file(0o600, 'x'.repeat(65_537)))).toMatchObject({
      problem: expect.stringContaining('65537') as string,
    });
    const folder = join(temporaryFolder(), 'folder');
    mkdirSync(folder, { mode: 0o700 });
    expect(readOwnFile(folder)).toEqual({ problem: 'cannot be read (EISDIR)' });
  });
});

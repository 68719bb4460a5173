import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TokenDirectory } from './token-directory.ts';

describe('TokenDirectory', () => {
  let directory: string;
  let tokens: TokenDirectory | undefined;
  const onProblem = vi.fn();
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  const entry = (token: string) => `sha256: ${hash('sha256', token, 'hex')}`;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tokens-'));
  });
  afterEach(() => {
    tokens?.close();
    rmSync(directory, { recursive: true });
  });

  it('knows one client for each file, and a replaced token at once', async () => {
    write('ada', entry('old'));
    const opened = (tokens = new TokenDirectory(directory, onProblem));
    expect(opened.find('old')?.name).toBe('ada');
    write('ada', entry('new'));
    await vi.waitFor(() => expect(opened.find('new')?.name).toBe('ada'));
    expect(opened.find('old')).toBeUndefined();
  });

  it('says which entry is wrong and lets the others work', () => {
    write('ada', entry('a'));
    write('bob', 'sha256: nonsense');
    tokens = new TokenDirectory(directory, onProblem);
    expect(tokens.find('a')?.name).toBe('ada');
    expect(onProblem).toHaveBeenCalledWith(expect.stringContaining('bob'));
  });
});

import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TokenDirectory } from './token-directory.ts';

describe('TokenDirectory', () => {
  let directory: string;
  let tokens: TokenDirectory | undefined;
  const onChange = vi.fn();
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
    const opened = (tokens = new TokenDirectory(directory, onChange));
    expect(opened.find('old')?.name).toBe('ada');
    write('ada', entry('new'));
    await vi.waitFor(() => expect(opened.find('new')?.name).toBe('ada'));
    expect(opened.find('old')).toBeUndefined();
  });

  it('takes a Secret that comes after the start, as the kubelet brings it, without being asked', async () => {
    tokens = new TokenDirectory(directory, onChange);
    expect(onChange).toHaveBeenLastCalledWith({ clients: 0, known: expect.any(Map), problems: [] });
    mkdirSync(join(directory, '..1'));
    write('..1/ada', entry('a'));
    symlinkSync('..1', join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    symlinkSync('..data/ada', join(directory, 'ada'));
    await vi.waitFor(
      () => expect(onChange).toHaveBeenLastCalledWith({ clients: 1, known: expect.any(Map), problems: [] }),
      { timeout: 1_000 },
    );
    expect(tokens.find('a')?.name).toBe('ada');
  });

  it('forgets a client in the moment its key is gone, before its link is', async () => {
    mkdirSync(join(directory, '..1'));
    write('..1/ada', entry('a'));
    symlinkSync('..1/ada', join(directory, 'ada'));
    write('bob', entry('b'));
    tokens = new TokenDirectory(directory, onChange);
    rmSync(join(directory, '..1'), { recursive: true });
    await vi.waitFor(() => expect(tokens?.find('a')).toBeUndefined());
    expect(tokens.find('b')?.name).toBe('bob');
  });

  it('says nothing twice: what did not change is not read again', async () => {
    write('bob', 'sha256: nonsense');
    tokens = new TokenDirectory(directory, onChange);
    onChange.mockClear();
    mkdirSync(join(directory, '..unrelated'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(onChange).not.toHaveBeenCalled();
  });

  it.each([
    [
      'a file that is too large',
      () => write('bob', `${entry('b')}\n#${'x'.repeat(70_000)}`),
      /^bob: has 7\d{4} bytes and at most 65536 are read/,
    ],
    ['a folder', () => mkdirSync(join(directory, 'bob')), /^bob: is not a file/],
  ])('says of %s that its tokens do not count, and lets the others work', (_name, make, says) => {
    write('ada', entry('a'));
    make();
    tokens = new TokenDirectory(directory, onChange);
    expect(tokens.find('a')?.name).toBe('ada');
    expect(tokens.find('b')).toBeUndefined();
    expect(onChange).toHaveBeenLastCalledWith({
      clients: 1,
      known: expect.any(Map),
      problems: [expect.stringMatching(says)],
    });
  });

  it('says of a file that grows too large that its client is gone', async () => {
    write('ada', entry('a'));
    const opened = (tokens = new TokenDirectory(directory, onChange));
    write('ada', `${entry('a')}\n#${'x'.repeat(70_000)}`);
    await vi.waitFor(() => expect(opened.find('a')).toBeUndefined());
    expect(onChange).toHaveBeenLastCalledWith({
      clients: 0,
      known: expect.any(Map),
      problems: [expect.stringContaining('ada: has')],
    });
  });

  it('says which entry is wrong and lets the others work', () => {
    write('ada', entry('a'));
    write('bob', 'sha256: nonsense');
    tokens = new TokenDirectory(directory, onChange);
    expect(tokens.find('a')?.name).toBe('ada');
    expect(onChange).toHaveBeenCalledWith({
      clients: 1,
      known: expect.any(Map),
      problems: [expect.stringContaining('bob')],
    });
  });
});

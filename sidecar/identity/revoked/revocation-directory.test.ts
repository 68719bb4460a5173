import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RevocationDirectory, type RevocationState } from './revocation-directory.ts';

describe('RevocationDirectory', () => {
  let directory: string;
  let opened: RevocationDirectory | undefined;
  const states: RevocationState[] = [];
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  const open = () => (opened = new RevocationDirectory(directory, (state) => void states.push(state)));
  const isRevoked = (jti: string) => opened?.find({ issuer: 'i', name: 'n', jti }) !== undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'revocations-'));
    states.length = 0;
  });
  afterEach(() => {
    opened?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('knows one entry for each file, and a new one at once', async () => {
    write('stolen', 'jti: a');
    open();
    expect(states).toEqual([{ entries: ['stolen'], problems: [] }]);
    expect([isRevoked('a'), isRevoked('b')]).toEqual([true, false]);
    write('another', 'jti: b');
    await vi.waitFor(() => expect(isRevoked('b')).toBe(true));
    expect(states.at(-1)).toEqual({ entries: ['another', 'stolen'], problems: [] });
  });

  it('takes a Secret that comes after the start, as the kubelet brings it, without being asked', async () => {
    open();
    mkdirSync(join(directory, '..1'));
    write('..1/stolen', 'jti: a');
    symlinkSync('..1', join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    symlinkSync('..data/stolen', join(directory, 'stolen'));
    await vi.waitFor(() => expect(states.at(-1)?.entries).toEqual(['stolen']));
    expect(isRevoked('a')).toBe(true);
  });

  it('lets in again whose entry is taken away', async () => {
    write('stolen', 'jti: a');
    open();
    rmSync(join(directory, 'stolen'));
    await vi.waitFor(() => expect(isRevoked('a')).toBe(false));
  });

  it('keeps what was in force of an entry that cannot be read any more, and says so', async () => {
    write('stolen', 'jti: a');
    open();
    write('stolen', 'jti: hunter2: x');
    write('new', 'hunter2');
    await vi.waitFor(() => expect(states.at(-1)?.problems).toHaveLength(2));
    const { entries, problems } = states.at(-1) ?? expect.fail();
    expect(entries).toEqual(['stolen']);
    expect(problems.find((said) => said.startsWith('stolen: '))).toContain('it stays in force as it was');
    expect(problems.find((said) => said.startsWith('new: '))).toContain('it is not in force');
    expect(problems.join()).not.toContain('hunter2');
    expect(isRevoked('a')).toBe(true);
  });

  it('passes over what is no file, and says so', () => {
    mkdirSync(join(directory, 'folder'));
    open();
    expect(states.at(-1)?.problems).toEqual(['folder: is not a file; have one key for each entry; it is not in force']);
  });

  it('keeps all that was in force when the directory is gone', async () => {
    write('stolen', 'jti: a');
    open();
    rmSync(directory, { recursive: true });
    await vi.waitFor(() => expect(states.at(-1)?.problems[0]).toContain('what was revoked stays so'), 5_000);
    expect(isRevoked('a')).toBe(true);
  });

  it.skipIf(process.getuid?.() === 0)('looks again at a file that could not be opened', async () => {
    write('stolen', 'jti: a');
    chmodSync(join(directory, 'stolen'), 0);
    open();
    expect(states.at(-1)?.problems[0]).toContain('EACCES');
    chmodSync(join(directory, 'stolen'), 0o600);
    await vi.waitFor(() => expect(isRevoked('a')).toBe(true), 5_000);
  });

  it('without a directory there is no gate', () => {
    rmSync(directory, { recursive: true });
    expect(open).toThrow('ENOENT');
  });
});

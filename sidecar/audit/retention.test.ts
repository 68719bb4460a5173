import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { lineHash } from '../../core/audit/chain.ts';
import type { Released } from '../../core/audit/gate-record.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import type { AuditLimits } from './limits.ts';
import { type ArchivedFiles, Retention } from './retention.ts';
import type { Sibling } from './siblings.ts';

const LIMITS: AuditLimits = { fileBytes: 100, fileAgeMs: 1, totalBytes: 400, keepMs: undefined };
const NOW = 1_000_000_000;

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

function sibling(name: string, bytes: number, ageMs = 0): Sibling {
  const path = join(folder, name);
  writeFileSync(path, bytes === 0 ? '' : `${'x'.repeat(bytes - 1)}\n`);
  const written = NOW - ageMs;
  utimesSync(path, written / 1000, written / 1000);
  return { path, name, bytes, written };
}

function retention(limits: Partial<AuditLimits> = {}, archive?: ArchivedFiles) {
  const announced: Released[] = [];
  const done: ((error?: Error) => void)[] = [];
  const kept = new Retention({ ...LIMITS, ...limits }, archive, (released, callback) => {
    announced.push(released);
    done.push(callback);
  });
  return { kept, announced, done, names: () => announced.map(({ file }) => file) };
}

const there = (file: Sibling): boolean => existsSync(file.path);

describe('what is let go', () => {
  test('is nothing while there is room for another full file', () => {
    const { kept, names } = retention();
    kept.release([sibling('1', 100), sibling('2', 200)], NOW);
    expect(names()).toEqual([]);
  });

  test('is the oldest, until there is', () => {
    const { kept, names } = retention();
    kept.release([sibling('1', 100), sibling('2', 100), sibling('3', 100), sibling('4', 150)], NOW);
    expect(names()).toEqual(['1', '2']);
  });

  test('is what is too old, whatever room there is', () => {
    const { kept, names } = retention({ keepMs: 1000 });
    kept.release([sibling('1', 10, 1001), sibling('2', 10, 1000)], NOW);
    expect(names()).toEqual(['1']);
  });

  test('is not what the archive lacks, whatever its age, while others make room', () => {
    const letGo = vi.fn();
    const archive = { has: (path: string) => basename(path) !== '1', letGo };
    const { kept, announced } = retention({ keepMs: 1000 }, archive);
    kept.release([sibling('1', 100, 2000), sibling('2', 100), sibling('3', 100), sibling('4', 100)], NOW);
    expect(announced).toMatchObject([{ file: '2' }]);
    expect(announced[0]?.archived).toBeUndefined();
    expect(letGo).not.toHaveBeenCalled();
  });

  test('is what the archive lacks where there is no other room, and that is on record', () => {
    const letGo = vi.fn();
    const { kept, announced } = retention({}, { has: () => false, letGo });
    kept.release([sibling('1', 200), sibling('2', 200)], NOW);
    expect(announced).toMatchObject([{ archived: false, file: '1' }]);
    expect(letGo).toHaveBeenCalledTimes(1);
  });

  test('is on record with its last line before it is gone', async () => {
    const { kept, announced, done } = retention();
    const file = sibling('1', 500);
    kept.release([file], NOW);
    expect(announced).toEqual([{ bytes: 500, file: '1', last: lineHash('x'.repeat(499)) }]);
    expect(there(file)).toBe(true);
    done[0]?.();
    await vi.waitFor(() => expect(there(file)).toBe(false));
  });

  test('stays when that could not be put on record, and is let go another time', () => {
    const { kept, names, done } = retention();
    const file = sibling('1', 500);
    kept.release([file], NOW);
    done[0]?.(new Error('disk full'));
    expect(there(file)).toBe(true);
    kept.release([file], NOW);
    expect(names()).toEqual(['1', '1']);
  });

  test('is announced once while its record is on its way to the disk', () => {
    const { kept, names } = retention();
    const file = sibling('1', 500);
    kept.release([file], NOW);
    kept.release([file], NOW);
    expect(names()).toEqual(['1']);
  });

  test('goes without a word when there is no line in it', async () => {
    const { kept, names } = retention({ keepMs: 10 });
    const file = sibling('1', 0, 100);
    kept.release([file], NOW);
    await vi.waitFor(() => expect(there(file)).toBe(false));
    expect(names()).toEqual([]);
  });

  test('is not what cannot be read now', () => {
    const { kept, names } = retention();
    const path = join(folder, 'odd');
    mkdirSync(path);
    kept.release([{ path, name: basename(path), bytes: 500, written: NOW }, sibling('2', 500)], NOW);
    expect(names()).toEqual(['2']);
  });
});

test('it is looked again a minute after the last look, or at once where nothing could be put on record', () => {
  const { kept } = retention();
  const looked = vi.fn();
  kept.lookAgain(NOW, looked);
  expect(looked).toHaveBeenCalledTimes(1);
  kept.release([], NOW);
  kept.lookAgain(NOW + 59_999, looked);
  expect(looked).toHaveBeenCalledTimes(1);
  kept.lookAgain(NOW + 60_000, looked);
  expect(looked).toHaveBeenCalledTimes(2);
  kept.release([], NOW);
  kept.lookSoon();
  kept.lookAgain(NOW, looked);
  expect(looked).toHaveBeenCalledTimes(3);
});

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { acquireLock, isLocked, type Lock } from './lock.ts';

/** The largest process id of Linux; nobody has it. */
const NOBODY = 4_194_304;

let path = '';
beforeEach(() => {
  path = join(temporaryFolder(), 'a.lock');
});

function acquire(): Lock | undefined {
  const lock = acquireLock(path);
  onTestFinished(() => lock?.release());
  return lock;
}

test('a lock names its process and leaves nothing else', () => {
  expect(acquire()?.isHeld()).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
  expect(readdirSync(join(path, '..'))).toEqual(['a.lock']);
});

test('nobody gets it twice, this process neither', () => {
  const lock = acquire();
  expect(acquire()).toBeUndefined();
  lock?.release();
  expect(existsSync(path)).toBe(false);
  expect(acquire()).toBeDefined();
});

test('another process that lives keeps it', () => {
  writeFileSync(path, '1\n');
  expect(isLocked(path)).toBe(true);
  expect(acquire()).toBeUndefined();
  expect(readFileSync(path, 'utf8')).toBe('1\n');
});

const stale: Record<string, string> = {
  'of a process that is gone': `${NOBODY}\n`,
  'of the process id that this one has again, as in a container that was restarted': `${process.pid}\n`,
  'that names nobody': '\n',
  'that names what is no process': '-1\n',
  'that names a number beyond all processes': '99999999999999\n',
};
for (const [name, owner] of Object.entries(stale)) {
  test(`a lock ${name} is taken over`, () => {
    writeFileSync(path, owner);
    expect(isLocked(path)).toBe(false);
    expect(acquire()?.isHeld()).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual(['a.lock']);
  });
}

test('what is not there is not locked', () => expect(isLocked(path)).toBe(false));

test('a lock is lost when somebody clears the folder', () => {
  const lock = acquire();
  rmSync(path);
  expect(lock?.isHeld()).toBe(false);
});

test('a lock that is another’s by now is not released in its place', () => {
  const lock = acquire();
  writeFileSync(path, '1\n');
  expect(lock?.isHeld()).toBe(false);
  lock?.release();
  expect(readFileSync(path, 'utf8')).toBe('1\n');
});

test('a folder that is not there is an error', () => {
  expect(() => acquireLock(join(path, 'none', 'a.lock'))).toThrow(/ENOENT/);
});

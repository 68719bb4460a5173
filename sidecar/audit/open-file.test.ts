import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  fstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { NotAFile, OpenFile } from './open-file.ts';

let path = '';
beforeEach(() => {
  path = join(temporaryFolder(), 'audit.jsonl');
});

function open(): OpenFile {
  const file = new OpenFile(path);
  onTestFinished(() => {
    try {
      file.close();
    } catch {
      // Closed by the test.
    }
  });
  return file;
}

test('a file that is not there is made, for nobody else to read', () => {
  expect([open().bytes, statSync(path).mode & 0o777]).toEqual([0, 0o600]);
});

test('a file that is there is added to', () => {
  writeFileSync(path, 'abc');
  const file = open();
  expect([file.bytes, file.confirmed]).toEqual([3, 3]);
  writeSync(file.fd, 'd');
  expect(readFileSync(path, 'utf8')).toBe('abcd');
});

test('its size is what the system says, whoever changed it', () => {
  writeFileSync(path, 'abc');
  const file = open();
  appendFileSync(path, 'de');
  expect([file.bytes, file.sizeNow()]).toEqual([3, 5]);
  truncateSync(path, 1);
  expect(file.sizeNow()).toBe(1);
});

test('a folder is no file', () => {
  mkdirSync(path);
  expect(() => new OpenFile(path)).toThrow(new NotAFile(`${path} is a folder, and lines are kept in a file`));
});

test('a pipe that nobody reads is no file, and is not waited for', () => {
  execFileSync('mkfifo', [path]);
  expect(() => new OpenFile(path)).toThrow(/is a pipe/);
});

test('a socket is no file', async () => {
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  expect(() => new OpenFile(path)).toThrow(/is a socket/);
});

test('a device is no file', () => expect(() => new OpenFile('/dev/null')).toThrow(/is a device/));

test('a folder that is not there is the error of the system', () => {
  expect(() => new OpenFile(join(path, 'none'))).toThrow(/ENOENT/);
});

test('it is closed only when nothing of it is being synced, so that no other file gets its number meanwhile', async () => {
  const file = open();
  const synced = Promise.withResolvers<Error | null>();
  file.sync(synced.resolve);
  file.close();
  expect(() => fstatSync(file.fd)).not.toThrow();
  expect(await synced.promise).toBeNull();
  expect(() => fstatSync(file.fd)).toThrow(/EBADF/);
});

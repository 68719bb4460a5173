import { appendFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { FilesToShip, type OpenedFile } from './files-to-ship.ts';
import { readSegment } from './segment-reader.ts';

let folder = '';
let clock = 0;
beforeEach(() => {
  folder = temporaryFolder();
  clock = 0;
});

const at = (name: string): string => join(folder, name);
function write(name: string, text: string, written: number): void {
  writeFileSync(at(name), text);
  utimesSync(at(name), written, written);
}
const files = (): FilesToShip =>
  new FilesToShip(
    at('audit.jsonl'),
    () => at('audit.jsonl'),
    () => clock,
  );
function next(of: FilesToShip, isWanted: (id: string) => boolean = () => true): OpenedFile {
  const file = of.next(isWanted, (_id, error) => expect(error).toBeUndefined());
  if (file === undefined) throw new Error('there is none');
  onTestFinished(() => of.leave(file));
  return file;
}
function acknowledge(of: FilesToShip, file: OpenedFile): void {
  const segment = readSegment(file.fd, of.placeOf(file));
  if (segment !== undefined) of.acknowledged(file, segment.place);
}

describe('what is to be sent', () => {
  test('begins with the oldest file, and ends with the one that is written to', () => {
    write('audit-000002.jsonl', 'b\n', 20);
    write('audit-000001.jsonl', 'a\n', 20);
    write('audit.4711.jsonl', 'other\n', 10);
    write('audit.jsonl', 'c\n', 5);
    const of = files();
    const names: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const file = next(of);
      names.push(file.path.slice(folder.length + 1));
      expect(of.isWrittenTo(file)).toBe(round === 3);
      acknowledge(of, file);
      of.finished(file);
    }
    expect(names).toEqual(['audit.4711.jsonl', 'audit-000001.jsonl', 'audit-000002.jsonl', 'audit.jsonl']);
    expect(of.pendingBytes()).toBe(0);
  });

  test('leaves out what nobody wants now, and empty files', () => {
    write('audit-000001.jsonl', '', 10);
    write('audit-000002.jsonl', 'b\n', 20);
    write('audit.jsonl', '', 30);
    const of = files();
    const second = next(of);
    expect(second.path).toBe(at('audit-000002.jsonl'));
    expect(next(of, (id) => id !== second.id).path).toBe(at('audit.jsonl'));
  });

  test('is nothing where there is no file', () => {
    expect(
      files().next(
        () => true,
        () => expect.fail(),
      ),
    ).toBeUndefined();
    expect(files().pendingBytes()).toBe(0);
    expect(files().isAcknowledged(at('audit-000001.jsonl'))).toBe(true);
  });
});

test('what was acknowledged is remembered over a restart, and believed while its line is there', () => {
  write('audit.jsonl', 'one\ntwo\n', 10);
  const of = files();
  acknowledge(of, next(of));
  expect(of.isAcknowledged(at('audit.jsonl'))).toBe(true);
  appendFileSync(at('audit.jsonl'), 'three\n');
  expect(of.isAcknowledged(at('audit.jsonl'))).toBe(false);
  const again = files();
  expect(again.pendingBytes()).toBe(6);
  const file = next(again);
  expect(again.placeOf(file)).toMatchObject({ end: 8 });
  writeFileSync(at('audit.jsonl'), 'one\ntwx\nthree\n');
  const edited = files();
  expect(edited.placeOf(next(edited))).toBeUndefined();
});

test('what is remembered is written now and then, and forgets files that are gone', () => {
  write('audit-000001.jsonl', 'a\n', 10);
  write('audit.jsonl', 'b\n', 20);
  const of = files();
  const first = of.next(
    () => true,
    () => expect.fail(),
  );
  if (first === undefined) throw new Error('there is none');
  acknowledge(of, first);
  of.finished(first);
  const second = next(of);
  clock = 4999;
  acknowledge(of, second);
  expect(files().pendingBytes()).toBe(2);
  of.remember();
  expect(files().pendingBytes()).toBe(0);
  rmSync(at('audit-000001.jsonl'));
  expect(of.pendingBytes()).toBe(0);
  expect(of.placeOf(first)).toBeDefined();
  of.leave(first);
  expect(of.pendingBytes()).toBe(0);
  expect(of.placeOf(first)).toBeUndefined();
  rmSync(folder, { recursive: true });
  expect(() => of.remember()).not.toThrow();
});

// Only root may write to it, and nobody may read.
test.runIf(process.platform === 'linux')('a file that cannot be opened does not keep back those after it', () => {
  symlinkSync('/sys/bus/platform/uevent', at('audit-000001.jsonl'));
  write('audit.jsonl', 'b\n', 20);
  const of = files();
  const told: unknown[] = [];
  const file = of.next(
    () => true,
    (_id, error) => told.push(error),
  );
  if (file === undefined) throw new Error('there is none');
  onTestFinished(() => of.leave(file));
  expect(file.path).toBe(at('audit.jsonl'));
  expect(told).toMatchObject([{ code: 'EACCES' }]);
});

test('a file that has got the inode of one that was deleted is not taken for sent', () => {
  write('audit-000001.jsonl', 'a\n', 10);
  write('audit.jsonl', 'c\n', 20);
  const of = files();
  const first = next(of);
  acknowledge(of, first);
  of.finished(first);
  expect(of.isAcknowledged(first.path)).toBe(true);
  const { ino, birthtimeMs } = statSync(first.path);
  expect(first.id).toMatch(new RegExp(`:${ino}:${birthtimeMs}$`));
});

test('a place that cannot be one is forgotten', () => {
  write('audit.jsonl', 'a\n', 10);
  const { id } = next(files());
  for (const place of [
    { end: 2 ** 52, lineAt: 0, hash: 'x' },
    { end: 0, lineAt: 2, hash: 'x' },
  ]) {
    writeFileSync(at('audit.archived.json'), JSON.stringify({ v: 1, files: { [id]: place } }));
    expect(files().placeOf(next(files()))).toBeUndefined();
  }
});

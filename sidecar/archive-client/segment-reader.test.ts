import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { lineHash } from '../../core/audit/chain.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { isPlaceIn, readSegment } from './segment-reader.ts';

let path = '';
beforeEach(() => {
  path = join(temporaryFolder(), 'audit.jsonl');
});

function opened(text: string): number {
  writeFileSync(path, text);
  const fd = openSync(path, 'r');
  onTestFinished(() => closeSync(fd));
  return fd;
}

test('whole lines are read, and those that come later with the one before them', () => {
  const fd = opened('one\ntwo\nthr');
  const first = readSegment(fd, undefined);
  expect(first).toEqual({
    bytes: Buffer.from('one\ntwo\n'),
    place: { end: 8, lineAt: 4, hash: lineHash('two') },
    lines: 2,
  });
  expect(readSegment(fd, first?.place)).toBeUndefined();
  writeFileSync(path, 'one\ntwo\nthree\n');
  const second = readSegment(fd, first?.place);
  expect(second).toMatchObject({ bytes: Buffer.from('two\nthree\n'), place: { end: 14, lineAt: 8 }, lines: 1 });
});

test('nothing is read of an empty file, nor of half a line', () => {
  expect(readSegment(opened(''), undefined)).toBeUndefined();
  expect(readSegment(opened('half'), undefined)).toBeUndefined();
});

test('more than a segment is read piece by piece, and a line may be as long as one', () => {
  const line = 'x'.repeat(700_000);
  const long = 'y'.repeat(1_500_000);
  const fd = opened(`${line}\n${line}\n${long}\n`);
  const first = readSegment(fd, undefined);
  expect(first).toMatchObject({ place: { end: 700_001 }, lines: 1 });
  const second = readSegment(fd, first?.place);
  expect(second).toMatchObject({ place: { end: 1_400_002 }, lines: 1 });
  expect(readSegment(fd, second?.place)).toMatchObject({ place: { end: 2_900_003 }, lines: 1 });
});

test('a place is in its file as long as its line is', () => {
  const place = { end: 8, lineAt: 4, hash: lineHash('two') };
  expect(isPlaceIn(opened('one\ntwo\nthree\n'), place)).toBe(true);
  for (const text of ['one\ntwx\n', 'one\n', 'one\ntwoo\n', '']) expect(isPlaceIn(opened(text), place)).toBe(false);
});

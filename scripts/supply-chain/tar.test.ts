import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tarGz } from './tar.ts';

test('what tar takes out of it is what was put in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-tar-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const whole = Buffer.alloc(1024, 'x');
  const files = [
    { path: 'bin/run', content: Buffer.from('#!/bin/sh\n'), isExecutable: true },
    { path: 'whole-blocks', content: whole },
    { path: 'empty', content: Buffer.alloc(0) },
  ];
  writeFileSync(join(folder, 'a.tar.gz'), tarGz(files));
  execFileSync('tar', ['-xzf', 'a.tar.gz'], { cwd: folder });
  for (const { path, content } of files) expect(readFileSync(join(folder, path))).toEqual(content);
  expect([statSync(join(folder, 'bin/run')).mode & 0o777, statSync(join(folder, 'empty')).mode & 0o777]).toEqual([
    0o755, 0o644,
  ]);
  expect(tarGz(files)).toEqual(tarGz(files));
});

test('a path that has no room is no other path', () => {
  expect(() => tarGz([{ path: 'x'.repeat(101), content: Buffer.alloc(0) }])).toThrow('too long');
});

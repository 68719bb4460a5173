import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { signedStream } from '../core/audit/testing/signed-stream.ts';
import { folderWith } from './testing/run-cli.ts';

const CLI = join(import.meta.dirname, 'main.ts');
const log = (lines: readonly string[]): string =>
  join(folderWith({ 'audit.jsonl': `${lines.join('\n')}\n` }), 'audit.jsonl');

test.skipIf(!existsSync('/dev/full'))('what a full disk does not keep is no success', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [CLI, 'audit', 'checkpoint', log(signedStream())], {
    stdio: ['ignore', full, 'ignore'],
  });
  closeSync(full);
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(1);
});

test('what follows a log ends when nobody reads any more', async () => {
  const many = log(signedStream({ decisions: 5000, signAfter: [] }));
  const child = spawn(process.execPath, [CLI, 'audit', 'search', many, '--follow'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
});

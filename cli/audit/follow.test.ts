import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { folderWith } from '../testing/run-cli.ts';
import { follow } from './follow.ts';

test('what is there and what comes is told once, in whole lines, also from the file that takes the place of the first', async () => {
  const path = join(folderWith({ 'audit.jsonl': 'old\nha' }), 'audit.jsonl');
  const lines: string[] = [];
  const end = new AbortController();
  const sink = { push: (line: Uint8Array) => void lines.push(Buffer.from(line).toString()), pushOversized() {} };
  const following = follow(path, sink, () => {}, end.signal);
  appendFileSync(path, 'lf\none\ntw');
  await vi.waitFor(() => expect(lines).toEqual(['old', 'half', 'one']));
  appendFileSync(path, 'o\n');
  await vi.waitFor(() => expect(lines).toEqual(['old', 'half', 'one', 'two']));
  appendFileSync(path, 'three\n');
  renameSync(path, `${path}.1`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  writeFileSync(path, 'four\n');
  await vi.waitFor(() => expect(lines).toEqual(['old', 'half', 'one', 'two', 'three', 'four']));
  writeFileSync(path, '');
  await new Promise((resolve) => setTimeout(resolve, 300));
  appendFileSync(path, 'five\n');
  await vi.waitFor(() => expect(lines.at(-1)).toBe('five'));
  end.abort();
  await following;
});

test('a file that is not there is told as such', async () => {
  await expect(follow('/nowhere/audit.jsonl', { push() {}, pushOversized() {} }, () => {})).rejects.toThrow('ENOENT');
});

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { signedStream } from '../../core/audit/testing/signed-stream.ts';
import { folderWith } from '../testing/run-cli.ts';
import { describeLog, forLines, onlyFile } from './files.ts';

const twoFiles = (): string => folderWith({ 'b.jsonl': 'x\n', 'a.jsonl': 'y\n', 'a.jsonl.lock': '' });

test('a file alone stands for itself; several, and folders, are one log', () => {
  const folder = twoFiles();
  const path = join(folder, 'a.jsonl');
  expect(onlyFile([path])).toBe(path);
  expect(onlyFile(['-'])).toBe('-');
  expect(onlyFile([path, path])).toBeUndefined();
  expect(onlyFile([folder])).toBeUndefined();
});

test('a folder has its audit files, and one that has none is refused', async () => {
  const folder = twoFiles();
  expect((await describeLog([folder])).files.map(({ name }) => name)).toEqual(
    ['a.jsonl', 'b.jsonl'].map((name) => join(folder, name)),
  );
  await expect(describeLog([import.meta.dirname])).rejects.toThrow('holds no audit file');
});

test('lines come as often as they are asked for, also one without its newline', async () => {
  const text = signedStream();
  const read = await forLines([join(folderWith({ 'audit.jsonl': text.join('\n') }), 'audit.jsonl')]);
  for (let pass = 0; pass < 2; pass += 1) {
    const lines: string[] = [];
    await read({ push: (line) => void lines.push(Buffer.from(line).toString()), pushOversized() {} });
    expect(lines).toEqual(text);
  }
});

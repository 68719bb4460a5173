import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeKrew } from './krew.ts';

const FILES = ['bin/sallyport.mjs', 'dist/cli.mjs', 'dist/THIRD_PARTY_NOTICES.txt', 'LICENSE', 'NOTICE'];

function tree(files: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'sallyport-krew-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ['bin', 'dist']) mkdirSync(join(root, folder));
  for (const path of files) writeFileSync(join(root, path), path);
  writeFileSync(join(root, 'package.json'), '{"version": "1.2.3"}');
  return root;
}

test('the same files are the same archive, by the digest that the manifest has', () => {
  const [once, again] = [tree(FILES), tree(FILES)].map((root) =>
    writeKrew(root).map((path) => readFileSync(path).toString('base64')),
  );
  expect(once).toEqual(again);
});

test('before a build there is nothing to archive', () => {
  expect(() => writeKrew(tree(FILES.filter((path) => path !== 'dist/cli.mjs')))).toThrow(
    'dist/cli.mjs is not there; run `npm run build` first',
  );
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundledPackages, thirdPartyNotices } from './notices.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sallyport-notices-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function install(folder: string, manifest: object, files: Record<string, string> = {}): void {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, 'package.json'), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, folder, name), text);
}

test('every bundled package is named once with its version and licence text', () => {
  install('node_modules/zed', { name: 'zed', version: '2.0.0', license: 'MIT' }, { LICENSE: 'text of zed' });
  install(
    'node_modules/zed/node_modules/@a/b',
    { name: '@a/b', version: '1.0.0', license: 'ISC' },
    { 'LICENCE.md': 'text of b' },
  );
  const inputs = [
    'core/digest.ts',
    'node_modules/zed/index.js',
    'node_modules/zed/lib/x.js',
    'node_modules/zed/node_modules/@a/b/i.js',
  ];
  const packages = bundledPackages(root, inputs);
  expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['@a/b 1.0.0', 'zed 2.0.0']);
  const text = thirdPartyNotices(packages);
  expect(text).toContain('text of zed');
  expect(text).toContain('text of b');
});

test('a licence that nobody has checked stops the build', () => {
  install('node_modules/odd', { name: 'odd', version: '1.0.0', license: 'AGPL-3.0' });
  expect(() => bundledPackages(root, ['node_modules/odd/index.js'])).toThrow('odd@1.0.0 is bundled under "AGPL-3.0"');
});

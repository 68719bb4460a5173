import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from '../testing/run-cli.ts';
import { findCaseFiles, isTestFile } from './find-files.ts';

it('finds the files of cases below a folder, and takes a file by its name', () => {
  const folder = folderWith({
    'b.test.yaml': '',
    'a.test.yml': '',
    'a.yaml': '',
    '.x.test.yaml': '',
    'cases.yaml': '',
  });
  for (const name of ['deep', 'node_modules', '.git']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'c.test.yaml'), '');
  }
  const found = ['a.test.yml', 'b.test.yaml', 'deep/c.test.yaml'].map((name) => join(folder, name));
  expect(findCaseFiles([folder])).toEqual(found);
  expect(findCaseFiles([join(folder, 'cases.yaml'), folder, folder])).toEqual([join(folder, 'cases.yaml'), ...found]);
});

it('says what to do where there is none, or no folder', () => {
  expect(() => findCaseFiles([folderWith()])).toThrow(/^no \*\.test\.yaml file in /);
  expect(() => findCaseFiles(['/does/not/exist'])).toThrow('cannot read /does/not/exist: it does not exist');
});

it('knows them by name', () => {
  expect(['a.test.yaml', 'a.b.test.yml'].every(isTestFile)).toBe(true);
  expect(['a.yaml', 'test.yaml', '.test.yaml', 'a.test.yaml.bak'].some(isTestFile)).toBe(false);
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from '../testing/run-cli.ts';
import { policyBeside } from './policy-beside.ts';

it.each([
  ['cases in tests/ are of the file of their name in front of it', 'tests/a.test.yaml', ['a.yaml'], 'a.yaml'],
  ['with either ending', 'tests/a.test.yaml', ['a.yml'], 'a.yml'],
  ['or of the folder in front of it', 'tests/a.test.yaml', ['b.yaml'], ''],
  ['or of a file that lies in tests/ as well', 'tests/a.test.yaml', ['b.yaml', 'tests/a.yaml'], 'tests/a.yaml'],
  ['cases beside a policy are of the file of their name', 'a.test.yml', ['a.yaml'], 'a.yaml'],
  ['or of their folder', 'policy/a.test.yaml', ['a.yaml'], 'policy'],
  ['a file of another name is of its folder', 'cases.yaml', ['cases.yaml'], ''],
])('%s', (_, file, policies, meant) => {
  const root = folderWith({});
  for (const path of [file, ...policies]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
  expect(relative(root, policyBeside(join(root, file)))).toBe(meant);
});

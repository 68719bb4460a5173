/** The files of cases that a command line names: each file itself, and those below each folder. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemReason, UserError } from '../errors.ts';

const TEST_FILE = /^[^.].*\.test\.ya?ml$/;

export function isTestFile(name: string): boolean {
  return TEST_FILE.test(name);
}

/** Sorted, each once. Throws a UserError where there is none, or a folder cannot be read. */
export function findCaseFiles(paths: readonly string[]): readonly string[] {
  const files = new Set(paths.flatMap((path) => attempt(path, () => (statSync(path).isFile() ? [path] : below(path)))));
  if (files.size > 0) return [...files];
  throw new UserError(
    `no *.test.yaml file in ${paths.join(', ')}`,
    'write one in tests/ beside the policy; sallyport test --help shows how',
  );
}

function below(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : below(path);
    return entry.isFile() && isTestFile(entry.name) ? [path] : [];
  });
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${systemReason(error)}`, 'check the path and its permissions');
  }
}

/** The files that a command line names: each file itself, and of each folder its YAML files. */
import { readFileSync } from 'node:fs';
import { systemReason, UserError } from './errors.ts';
import { listFiles } from './load-folder.ts';

export interface PolicyFile {
  path: string;
  /** Undefined where the bytes are not UTF-8. */
  text: string | undefined;
}

export function readPolicyFiles(paths: readonly string[]): PolicyFile[] {
  const files = new Set(paths.flatMap(filesOf));
  return [...files].map((path) => ({ path, text: decode(attempt(path, () => readFileSync(path))) }));
}

function filesOf(path: string): string[] {
  const files = attempt(path, () => listFiles(path));
  if (files.length === 0) {
    throw new UserError(`${path} has no *.yaml or *.yml file`, 'name another folder, or write one: sallyport init');
  }
  return files;
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${systemReason(error)}`, 'check the path and its permissions');
  }
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The audit files that a command line names, in the order of their links. */
import { statSync } from 'node:fs';
import { inOrder } from '../../core/audit/series.ts';
import { type LineSink, pushLines } from '../../core/audit/verify-chunks.ts';
import type { AuditFile } from '../../core/audit/verify-files.ts';
import { auditFilesIn, describeAuditFile, readAuditFile } from '../../sidecar/audit/read-files.ts';
import type { AuditQuery } from '../../core/audit/reading/query.ts';
import { systemReason, usageError, UserError } from '../errors.ts';

import { ArchiveSource, isArchive } from './archive-source.ts';

/** Told apart from findings: a script must not take a file that could not be read for one that was tampered with. */
export const UNREADABLE = 2;

/** The only file, which stands for itself; undefined where several, or a folder of them, are one log. */
export function onlyFile(paths: readonly string[]): string | undefined {
  const [only = '-'] = paths;
  if (paths.length > 1 && paths.includes('-')) throw usageError('- stands for all there is to read', 'give it alone');
  return paths.length > 1 || (only !== '-' && isFolder(only)) ? undefined : only;
}

/** All that the paths name; with what was pruned of it by an archive. */
export interface DescribedLog {
  readonly files: AuditFile[];
  readonly pruned: ReadonlyMap<string, readonly string[]>;
}

export async function describeLog(paths: readonly string[]): Promise<DescribedLog> {
  const described: AuditFile[] = [];
  const pruned = new Map<string, readonly string[]>();
  for (const path of paths) {
    if (isArchive(path)) {
      if (paths.length > 1) throw usageError('an archive stands for itself', 'give it alone, without files');
      const log = await new ArchiveSource(path).log();
      described.push(...log.files);
      for (const [prev, tree] of log.pruned) pruned.set(prev, tree);
      continue;
    }
    for (const name of await reading(path, async () => filesOf(path))) {
      const file = await reading(name, () => describeAuditFile(name, name));
      if (file !== undefined) described.push(file);
    }
  }
  return { files: described, pruned };
}

/**
 * Gives all lines of these files to each sink in turn, each time from the beginning; so not from standard input. With `query` of an archive
 * only those that it finds, in the order of time.
 */
export async function forLines(
  paths: readonly string[],
  query?: AuditQuery,
): Promise<(sink: LineSink) => Promise<void>> {
  if (paths.includes('-')) throw usageError('standard input can be read only once', 'give the file');
  const only = onlyFile(paths);
  if (query !== undefined && only !== undefined && isArchive(only)) {
    const archive = new ArchiveSource(only);
    return async (sink) => sink.push(await pushLines(sink, archive.search(query)));
  }
  const { files: found } = only === undefined || isArchive(only) ? await describeLog(paths) : { files: [] };
  const files = inOrder(found).map(({ file }) => file);
  const reads =
    only === undefined || isArchive(only) ? files.map((file) => () => file.read()) : [() => readAuditFile(only)];
  return async (sink) => {
    for (const read of reads) {
      const rest = await reading(paths.join(', '), () => pushLines(sink, read()));
      if (rest.length > 0) sink.push(rest);
    }
  };
}

function filesOf(path: string): string[] {
  if (!isFolder(path)) return [path];
  const files = auditFilesIn(path);
  if (files.length > 0) return files;
  throw new UserError(
    `${path} holds no audit file`,
    'their names end in .jsonl, or in .jsonl and a number',
    UNREADABLE,
  );
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Whoever opens it says why it cannot be read.
    return false;
  }
}

/** Throws a UserError for what the system could not read. */
export async function reading<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UserError(
      `cannot read ${path}: ${systemReason(error)}`,
      'check the path and its permissions',
      UNREADABLE,
    );
  }
}

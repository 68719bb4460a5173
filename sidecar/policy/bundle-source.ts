/**
 * The policy of a pod: a directory with `bundle.json`, as a ConfigMap is mounted, or with one file for each version of bundles that gates
 * of this server read; the newest that we read counts. The kubelet swaps a symbolic link, so the directory is watched, not the file; a
 * slow poll covers file systems that tell nothing. The file may come late (an optional ConfigMap) and may go; the last good policy stays
 * in force.
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_VERSION, bundleFile, bundleFiles } from '../../core/policy/bundle-versions.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { readBundle } from '../../core/policy/read-bundle.ts';
import { DirectoryWatch } from '../files/directory-watch.ts';
import type { PolicySource } from './source.ts';

export interface SourceEvents {
  /** From the next call on this one decides. Also told when what could not be taken is gone again. */
  onPolicy(policy: Policy): void;
  /** What was found could not be taken; the last good one, if there was one, stays in force. */
  onProblem(problem: string): void;
}

export class BundleSource implements PolicySource {
  readonly #directory: string;
  readonly #events: SourceEvents;
  readonly #watch: DirectoryWatch;
  #policy: Policy | undefined = undefined;
  #problem: string | undefined = undefined;
  #stamp: string | undefined = undefined;

  constructor(directory: string, events: SourceEvents) {
    this.#directory = directory;
    this.#events = events;
    this.#watch = new DirectoryWatch(
      directory,
      () => this.#reload(),
      (error) => this.#onThrown(error),
    );
    this.#reload();
  }

  /** A change on disk counts for the very next call: it is read here, if nobody has come to it yet. */
  current(): Policy | undefined {
    this.#watch.catchUp();
    return this.#policy;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  close(): void {
    this.#watch.close();
  }

  #reload(): void {
    const file = newestFile(this.#directory);
    const stamp = `${file} ${stampOf(file)}`;
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    const read = this.#read(file);
    if ('problem' in read) {
      // The volume was swapped between the two looks: what is wrong with the old one is of no interest.
      if (newestFile(this.#directory) !== file) return this.#reload();
      this.#problem = read.problem;
      this.#events.onProblem(read.problem);
      return;
    }
    if (read.revision === this.#policy?.revision && this.#problem === undefined) return;
    this.#policy = read;
    this.#problem = undefined;
    this.#events.onPolicy(read);
  }

  /** A fault of ours, not of the file. It is told as one of the file is: what was found may not be in force. */
  #onThrown(error: unknown): void {
    this.#stamp = undefined;
    const problem = `the bundle in ${this.#directory} could not be taken (${String(error)})`;
    // Once: it is tried again with every poll.
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#events.onProblem(problem);
  }

  #read(file: string): Policy | { readonly problem: string } {
    try {
      return readBundle(readFileSync(file, 'utf8'));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const oldest = join(this.#directory, bundleFile(1));
      return {
        problem:
          code === 'ENOENT' ? `${oldest} is not there (ENOENT)` : `${file} cannot be read (${code ?? String(error)})`,
      };
    }
  }
}

/**
 * The first that is there of those that we read, the newest first; the oldest where none is. Behind the link that the kubelet swaps: the
 * names beside it follow one by one, and in between the file of older gates would be the newest to be seen.
 */
function newestFile(directory: string): string {
  let content = directory;
  try {
    content = realpathSync(join(directory, '..data'));
  } catch {
    // No ConfigMap: the files are in the directory itself.
  }
  const files = bundleFiles(BUNDLE_VERSION).map((name) => join(content, name));
  return files.find((file) => existsSync(file)) ?? join(content, bundleFile(1));
}

/** Changes whenever the file does, or what is wrong with it; reading it says what that is. */
function stampOf(file: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(file);
    return `${ino} ${mtimeMs} ${size}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

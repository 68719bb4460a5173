/**
 * The policy of a pod: a directory with `bundle.json`, as a ConfigMap is mounted. The kubelet swaps a symbolic link, so the
 * directory is watched, not the file; a slow poll covers file systems that tell nothing. The file may come late (an optional
 * ConfigMap) and may go; the last good policy stays in force.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
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
  readonly #file: string;
  readonly #events: SourceEvents;
  readonly #watch: DirectoryWatch;
  #policy: Policy | undefined = undefined;
  #problem: string | undefined = undefined;
  #stamp: string | undefined = undefined;

  constructor(directory: string, events: SourceEvents) {
    this.#file = join(directory, 'bundle.json');
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

  close(): void {
    this.#watch.close();
  }

  #reload(): void {
    const stamp = stampOf(this.#file);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    const read = this.#read();
    if ('problem' in read) {
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
    const problem = `${this.#file} could not be taken (${String(error)})`;
    // Once: it is tried again with every poll.
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#events.onProblem(problem);
  }

  #read(): Policy | { readonly problem: string } {
    try {
      return readBundle(readFileSync(this.#file, 'utf8'));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return {
        problem:
          code === 'ENOENT'
            ? `${this.#file} is not there (ENOENT)`
            : `${this.#file} cannot be read (${code ?? String(error)})`,
      };
    }
  }
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

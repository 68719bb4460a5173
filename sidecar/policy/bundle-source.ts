/**
 * The policy of a pod: a directory with `bundle.json`, as a ConfigMap is mounted. The kubelet swaps a symbolic link, so the
 * directory is watched, not the file; a slow poll covers file systems that tell nothing.
 */
import { readFileSync, statSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../../core/policy/policy.ts';
import { readBundle } from '../../core/policy/read-bundle.ts';
import type { PolicySource } from '../gate.ts';

const POLL_MS = 2_000;

export interface SourceEvents {
  onPolicy(policy: Policy): void;
  /** What was found could not be taken; the last good one stays in force. */
  onProblem(problem: string): void;
}

export class BundleSource implements PolicySource {
  readonly #file: string;
  readonly #events: SourceEvents;
  readonly #watcher: FSWatcher;
  readonly #poll: NodeJS.Timeout;
  #policy: Policy | undefined = undefined;
  #stamp: string | undefined = undefined;
  #stale = true;

  constructor(directory: string, events: SourceEvents) {
    this.#file = join(directory, 'bundle.json');
    this.#events = events;
    this.#watcher = watch(directory, () => this.#markStale());
    this.#poll = setInterval(() => this.#markStale(), POLL_MS);
    this.#poll.unref();
    this.#reload();
  }

  /** A change on disk counts for the very next call: it is read here, not when a timer gets to it. */
  current(): Policy | undefined {
    if (this.#stale) this.#reload();
    return this.#policy;
  }

  close(): void {
    this.#watcher.close();
    clearInterval(this.#poll);
  }

  #markStale(): void {
    if (this.#stale) return;
    this.#stale = true;
    setImmediate(() => this.current());
  }

  #reload(): void {
    this.#stale = false;
    const stamp = stampOf(this.#file);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    const read = this.#read();
    if ('problem' in read) {
      this.#events.onProblem(read.problem);
      return;
    }
    if (read.revision === this.#policy?.revision) return;
    this.#policy = read;
    this.#events.onPolicy(read);
  }

  #read(): Policy | { readonly problem: string } {
    try {
      return readBundle(readFileSync(this.#file, 'utf8'));
    } catch (error) {
      return { problem: `${this.#file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})` };
    }
  }
}

/** Changes whenever the file does; empty when there is none. */
function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}

/** Client tokens as a Secret is mounted: one file for each client, watched as the bundle is. */
import { readFileSync, readdirSync, statSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { readTokenEntries } from '../../core/api/client-tokens.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { TokenSource } from '../gate.ts';
import { TokenTable } from './token-table.ts';

const POLL_MS = 2_000;
const MAX_FILE_BYTES = 64 * 1024;

export class TokenDirectory implements TokenSource {
  readonly #directory: string;
  readonly #onProblem: (problem: string) => void;
  readonly #watcher: FSWatcher;
  readonly #poll: NodeJS.Timeout;
  #table = new TokenTable([]);
  #stale = false;

  constructor(directory: string, onProblem: (problem: string) => void) {
    this.#directory = directory;
    this.#onProblem = onProblem;
    this.#watcher = watch(directory, () => {
      this.#stale = true;
    });
    this.#poll = setInterval(() => {
      this.#stale = true;
    }, POLL_MS);
    this.#poll.unref();
    this.#reload();
  }

  find(token: string): Principal | undefined {
    if (this.#stale) this.#reload();
    return this.#table.find(token);
  }

  close(): void {
    this.#watcher.close();
    clearInterval(this.#poll);
  }

  /** Entries that cannot be read are left out and said; the clients of the others must not suffer for it. */
  #reload(): void {
    this.#stale = false;
    try {
      const { tokens, problems } = readTokenEntries(this.#readFiles());
      for (const { path, message, mend } of problems) this.#onProblem(`${path.join('.')}: ${message}; ${mend}`);
      this.#table = new TokenTable(tokens);
    } catch (error) {
      // The last good table stays: a volume that is just being swapped must not lock everybody out.
      this.#onProblem(`${this.#directory} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
    }
  }

  #readFiles(): Record<string, string> {
    const entries: Record<string, string> = {};
    for (const name of readdirSync(this.#directory)) {
      const file = join(this.#directory, name);
      const stat = statSync(file);
      // The kubelet keeps its own bookkeeping in names that start with "..".
      if (name.startsWith('..') || !stat.isFile() || stat.size > MAX_FILE_BYTES) continue;
      entries[name] = readFileSync(file, 'utf8');
    }
    return entries;
  }
}

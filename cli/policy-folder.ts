/**
 * A policy folder in force: watched, and read again for the first call after a change. A change that is not valid is reported and
 * the last good state stays; until there has been a valid one, every call is refused.
 */
import { statSync } from 'node:fs';
import { readCredential } from '../core/api/credential-secret.ts';
import type { Problem } from '../core/api/problem.ts';
import { Policy } from '../core/policy/policy.ts';
import type { Principal } from '../core/policy/principal.ts';
import { DirectoryWatch } from '../sidecar/files/directory-watch.ts';
import { type RevocationSource, RevocationTable } from '../sidecar/identity/revoked/revocation-table.ts';
import type { TokenSource } from '../sidecar/identity/token-source.ts';
import type { PolicySource } from '../sidecar/policy/source.ts';
import type { SecretStore } from '../sidecar/upstream/credentials/store.ts';
import { TokenTable } from '../sidecar/identity/token-table.ts';
import {
  type FolderOptions,
  type FolderResult,
  type LoadedFolder,
  listFiles,
  loadFolder,
  watchedDirectory,
} from './load-folder.ts';

export interface FolderEvents {
  onChange(folder: LoadedFolder, previous: LoadedFolder | undefined): void;
  onProblems(problems: readonly Problem[]): void;
}

/** Editors write a file in several steps: what is broken only for a moment is not worth a message. */
const SETTLE_MS = 150;

export class PolicyFolder implements PolicySource, TokenSource, SecretStore {
  readonly #options: FolderOptions;
  #events: FolderEvents | undefined = undefined;
  #problems: readonly Problem[] = [];
  readonly #watch: DirectoryWatch;
  #loaded: LoadedFolder | undefined = undefined;
  #policy: Policy | undefined = undefined;
  #tokens = new TokenTable([]);
  #revoked = new RevocationTable([]);
  #stamp = '';
  #version = 0;
  #settling: NodeJS.Timeout | undefined = undefined;

  /** Reads the folder. Throws the system's error when it cannot be watched. */
  constructor(options: FolderOptions) {
    this.#options = options;
    this.#watch = new DirectoryWatch(
      watchedDirectory(options.path),
      () => this.#reload(),
      (error) => this.#couldNotTake(error),
    );
    this.#reload();
  }

  /** Tells the state now, and every change from now on. */
  subscribe(events: FolderEvents): void {
    this.#events = events;
    if (this.#loaded !== undefined) events.onChange(this.#loaded, undefined);
    if (this.#problems.length > 0) events.onProblems(this.#problems);
  }

  get loaded(): LoadedFolder | undefined {
    return this.#loaded;
  }

  current(): Policy | undefined {
    this.#watch.catchUp();
    return this.#policy;
  }

  find(token: string): Principal | undefined {
    this.#watch.catchUp();
    return this.#tokens.find(token);
  }

  /** Tokens of issuers that the folder takes back. */
  readonly revoked: RevocationSource = {
    find: (token) => {
      this.#watch.catchUp();
      return this.#revoked.find(token);
    },
  };

  get version(): number {
    this.#watch.catchUp();
    return this.#version;
  }

  read(secret: string, key: string): { readonly text: string } | { readonly problem: string } {
    return readCredential(this.#loaded?.secrets.get(secret), secret, key);
  }

  close(): void {
    this.#watch.close();
    clearTimeout(this.#settling);
  }

  #reload(): void {
    const stamp = stampOf(this.#options.path);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    const result = this.#load();
    if ('problems' in result) this.#settle();
    else this.#takeOrTell(result);
  }

  /** Called by calls, timers and the watcher: none of them could do anything about a folder that cannot be taken. */
  #takeOrTell(folder: LoadedFolder): void {
    try {
      this.#take(folder);
    } catch (error) {
      this.#couldNotTake(error);
    }
  }

  #couldNotTake(error: unknown): void {
    this.#stamp = '';
    this.#report([this.#problem(`could not be taken (${String(error)})`, 'change it, and report the fault')]);
  }

  #take(folder: LoadedFolder): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
    this.#problems = [];
    const previous = this.#loaded;
    this.#loaded = folder;
    this.#version++;
    this.#tokens = new TokenTable(folder.tokens);
    this.#revoked = new RevocationTable(folder.revocations);
    if (this.#policy?.revision !== folder.compiled.revision) {
      this.#policy = new Policy(folder.compiled.bundle, folder.compiled.revision);
    }
    this.#events?.onChange(folder, previous);
  }

  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      const result = this.#load();
      if ('problems' in result) this.#report(result.problems);
      else this.#takeOrTell(result);
    }, SETTLE_MS);
  }

  #report(problems: readonly Problem[]): void {
    if (JSON.stringify(problems) === JSON.stringify(this.#problems)) return;
    this.#problems = problems;
    this.#events?.onProblems(problems);
  }

  #load(): FolderResult {
    try {
      return loadFolder(this.#options);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      return { problems: [this.#problem(`cannot be read (${code})`, 'restore it')] };
    }
  }

  #problem(message: string, mend: string): Problem {
    return { file: this.#options.path, line: 1, column: 1, path: '', message, mend };
  }
}

/** Changes whenever a file of the policy does. */
function stampOf(path: string): string {
  try {
    return listFiles(path)
      .map((file) => {
        const { ino, mtimeMs, size } = statSync(file);
        return `${file} ${ino} ${mtimeMs} ${size}`;
      })
      .join('\n');
  } catch {
    return 'unreadable';
  }
}

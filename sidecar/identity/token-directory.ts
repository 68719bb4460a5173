/** Client tokens as a Secret is mounted: one file for each client, watched as the bundle is. */
import { readFileSync } from 'node:fs';
import { readTokenEntries } from '../../core/api/client-tokens.ts';
import type { Principal } from '../../core/policy/principal.ts';
import { DirectoryWatch } from '../files/directory-watch.ts';
import { type SecretFile, secretFiles } from '../files/secret-files.ts';
import { fingerprints } from './fingerprints.ts';
import type { TokenSource } from './token-source.ts';
import { TokenTable } from './token-table.ts';

/** Many times what the digests of a client take; a file is read while calls wait. */
const MAX_FILE_BYTES = 64 * 1024;

/** What was read: which clients are known, and what is wrong with the others. It never says what a value is. */
export interface TokenState {
  readonly clients: number;
  /** By name, what tells whether its entry is another one now (fingerprints.ts). */
  readonly known: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

export class TokenDirectory implements TokenSource {
  readonly #directory: string;
  readonly #onChange: (state: TokenState) => void;
  readonly #watch: DirectoryWatch;
  #table = new TokenTable([]);
  #known: ReadonlyMap<string, string> = new Map();
  #stamp: string | undefined = undefined;

  /** `onChange` is called now, and whenever the files have changed. */
  constructor(directory: string, onChange: (state: TokenState) => void) {
    this.#directory = directory;
    this.#onChange = onChange;
    this.#watch = new DirectoryWatch(
      directory,
      () => this.#reload(),
      // What was read is in force; who is to hear of it could not take it.
      (error) => this.#tell([`${this.#directory} was read, and telling of it failed (${String(error)})`]),
    );
    this.#reload();
  }

  find(token: string): Principal | undefined {
    this.#watch.catchUp();
    return this.#table.find(token);
  }

  close(): void {
    this.#watch.close();
  }

  /** Entries that cannot be read are left out and said; the clients of the others must not suffer for it. */
  #reload(): void {
    try {
      const files = secretFiles(this.#directory);
      const stamp = files.map(({ name, stamp: own }) => `${name} ${own}`).join('\n');
      if (stamp === this.#stamp) return;
      const readable = files.filter((file) => problemOf(file) === undefined);
      const entries = Object.fromEntries(readable.map(({ name, file }) => [name, readFileSync(file, 'utf8')]));
      const { tokens, problems } = readTokenEntries(entries);
      const passedOver = files.flatMap((file) => problemOf(file) ?? []);
      this.#table = new TokenTable(tokens);
      this.#known = fingerprints(tokens);
      this.#stamp = stamp;
      this.#tell([
        ...problems.map(({ path, message, mend }) => `${path.join('.')}: ${message}; ${mend}`),
        ...passedOver,
      ]);
    } catch (error) {
      // The last good table stays: a volume that is just being swapped must not lock everybody out.
      const stamp = (error as NodeJS.ErrnoException).code ?? String(error);
      if (stamp === this.#stamp) return;
      this.#stamp = stamp;
      this.#tell([`${this.#directory} cannot be read (${stamp})`]);
    }
  }

  #tell(problems: readonly string[]): void {
    this.#onChange({ clients: this.#known.size, known: this.#known, problems });
  }
}

/** Why it is passed over. Said, because whoever put it there believes that its tokens count, or that they are revoked. */
function problemOf({ name, stat }: SecretFile): string | undefined {
  if (!stat.isFile()) return `${name}: is not a file, so no token in it counts; have one file for each client`;
  if (stat.size <= MAX_FILE_BYTES) return undefined;
  return `${name}: has ${stat.size} bytes and at most ${MAX_FILE_BYTES} are read, so none of its tokens count; list its digests and groups alone`;
}

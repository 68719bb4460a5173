/**
 * What is revoked, as a Secret is mounted: one file an entry, watched as tokens are. An entry that cannot be read any more stays in force as it
 * was; what it would say now nobody knows, and letting somebody in again takes a word that can be read.
 */
import { readFileSync } from 'node:fs';
import { type Revocation, readRevocationEntries } from '../../../core/api/revocations.ts';
import { DirectoryWatch } from '../../files/directory-watch.ts';
import { type SecretFile, secretFiles } from '../../files/secret-files.ts';
import { type Revocable, type RevocationSource, RevocationTable } from './revocation-table.ts';

/** A Secret has no room for more. */
const MAX_FILE_BYTES = 1024 * 1024;

/** Which entries are in force, and what is wrong with the others. It never says what a value is. */
export interface RevocationState {
  readonly entries: readonly string[];
  readonly problems: readonly string[];
}

export class RevocationDirectory implements RevocationSource {
  readonly #directory: string;
  readonly #onChange: (state: RevocationState) => void;
  readonly #watch: DirectoryWatch;
  #inForce: ReadonlyMap<string, Revocation> = new Map();
  #table = new RevocationTable([]);
  #stamp: string | undefined = undefined;

  /** Throws the system's error where there is no such directory. `onChange` is called now, and whenever the files have changed. */
  constructor(directory: string, onChange: (state: RevocationState) => void) {
    this.#directory = directory;
    this.#onChange = onChange;
    this.#watch = new DirectoryWatch(
      directory,
      () => this.#reload(),
      (error) => this.#tell([`${this.#directory} was read, and telling of it failed (${String(error)})`]),
    );
    this.#reload();
  }

  find(token: Revocable): string | undefined {
    this.#watch.catchUp();
    return this.#table.find(token);
  }

  close(): void {
    this.#watch.close();
  }

  #reload(): void {
    let files: SecretFile[];
    try {
      files = secretFiles(this.#directory);
    } catch (error) {
      // All that was in force stays: a volume that is just being swapped must let nobody in.
      const stamp = (error as NodeJS.ErrnoException).code ?? String(error);
      if (stamp === this.#stamp) return;
      this.#stamp = stamp;
      this.#tell([`${this.#directory} cannot be read (${stamp}): what was revoked stays so`]);
      return;
    }
    const stamp = files.map(({ name, stamp: own }) => `${name} ${own}`).join('\n');
    if (stamp === this.#stamp) return;
    const read = files.map(readFile);
    const before = this.#inForce;
    this.#inForce = new Map(
      read.flatMap(({ name, revocation = before.get(name) }) =>
        revocation === undefined ? [] : [[name, revocation] as const],
      ),
    );
    this.#table = new RevocationTable([...this.#inForce.values()]);
    // What could not be opened now may be readable in a moment, and nothing of it would look different.
    this.#stamp = read.some(({ isOpen }) => !isOpen) ? undefined : stamp;
    this.#tell(
      read.flatMap(({ name, problems }) =>
        problems.map(
          (why) => `${name}: ${why}; ${before.has(name) ? 'it stays in force as it was' : 'it is not in force'}`,
        ),
      ),
    );
  }

  #tell(problems: readonly string[]): void {
    this.#onChange({ entries: [...this.#inForce.keys()].sort(), problems });
  }
}

interface ReadFile {
  readonly name: string;
  /** False: another look may find more. */
  readonly isOpen: boolean;
  readonly revocation?: Revocation;
  readonly problems: readonly string[];
}

function readFile({ name, file, stat }: SecretFile): ReadFile {
  if (!stat.isFile()) return { name, isOpen: true, problems: ['is not a file; have one key for each entry'] };
  if (stat.size > MAX_FILE_BYTES)
    return {
      name,
      isOpen: true,
      problems: [`has ${stat.size} bytes, and at most ${MAX_FILE_BYTES} are read; make several of it`],
    };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return {
      name,
      isOpen: false,
      problems: [`cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`],
    };
  }
  const { revocations, problems } = readRevocationEntries({ [name]: text });
  const [revocation] = revocations;
  const sentences = problems.map(({ message, mend }) => `${message}; ${mend}`);
  return { name, isOpen: true, problems: sentences, ...(revocation !== undefined && { revocation }) };
}

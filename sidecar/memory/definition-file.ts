/**
 * Definitions kept in a folder of the state directory, so that what changes is told after a restart too, and so that a person can see
 * what has changed and accept it. One gate writes what the server lists; whoever accepts writes a file of their own beside it.
 */
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DirectoryWatch } from '../files/directory-watch.ts';
import { acquireLock, type Lock } from '../files/lock.ts';
import { makeDirectory } from '../files/make-directory.ts';
import {
  ACCEPTED_FILE,
  type DefinitionLine,
  type DefinitionName,
  readLines,
  SEEN_FILE,
  writeLine,
} from './definition-lines.ts';
import { parseJson } from '../../core/mcp/parse-json.ts';

/** Ten times what a server with a thousand tools says of them. A server that says something else each time fills no disk. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface DefinitionFileOptions {
  readonly directory: string;
  /** What a person has accepted is other than it was. */
  onAccepted(lines: readonly DefinitionLine[]): void;
  /** Once, when definitions are not kept any more. */
  onProblem(error: unknown): void;
}

export class DefinitionFile {
  readonly #options: DefinitionFileOptions;
  readonly #lock: Lock | undefined;
  readonly #watch: DirectoryWatch;
  #file: number | undefined = undefined;
  #bytes = 0;
  #accepted = '';
  #hasTold = false;

  /** Throws the system's error where the folder cannot be had. */
  constructor(options: DefinitionFileOptions) {
    const { directory } = options;
    this.#options = options;
    makeDirectory(directory);
    const path = join(directory, SEEN_FILE);
    // Two gates of one server at a time: the second one remembers what it sees, and writes nothing.
    this.#lock = acquireLock(`${path}.lock`);
    if (this.#lock !== undefined) {
      this.#file = openSync(path, 'a', 0o600);
      this.#bytes = statSync(path).size;
      // What a gate that was cut off has left of its last line must not take the next one with it.
      if (this.#bytes > 0 && !textOf(path).endsWith('\n')) this.#append('');
    }
    this.#watch = new DirectoryWatch(
      directory,
      () => this.readAccepted(),
      (error) => this.#tell(error),
    );
  }

  /** What the gates before this one have seen. */
  found(): DefinitionLine[] {
    return readLines(textOf(join(this.#options.directory, SEEN_FILE)));
  }

  /** Tells of it where it is other than it was. */
  readAccepted(): void {
    const text = textOf(join(this.#options.directory, ACCEPTED_FILE));
    if (text === this.#accepted) return;
    this.#accepted = text;
    this.#options.onAccepted(readLines(text));
  }

  /** `text`: the JSON of the definition. */
  seen(of: DefinitionName, text: string): void {
    this.#append(writeLine('seen', of, parseJson(text)));
  }

  first(of: DefinitionName): void {
    this.#append(writeLine('first', of));
  }

  close(): void {
    this.#watch.close();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#lock?.release();
  }

  /** What cannot be read is tried again every few seconds. */
  #tell(error: unknown): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#options.onProblem(error);
  }

  #append(line: string): void {
    if (this.#file === undefined) return;
    try {
      const bytes = Buffer.from(`${line}\n`);
      this.#bytes += bytes.length;
      if (this.#bytes > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes of definitions`);
      writeSync(this.#file, bytes);
    } catch (error) {
      closeSync(this.#file);
      this.#file = undefined;
      this.#tell(error);
    }
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

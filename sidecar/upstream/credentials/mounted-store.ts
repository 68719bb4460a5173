/** Secrets as they are mounted, `DIRECTORY/SECRET/KEY`, watched as the bundle is: another value counts from the next call on. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DirectoryWatch } from '../../files/directory-watch.ts';
import type { SecretStore } from './store.ts';

/** Many times what a key takes; a file is read while calls wait. */
const MAX_FILE_BYTES = 64 * 1024;

export class MountedStore implements SecretStore {
  readonly #directory: string;
  readonly #watch: DirectoryWatch;
  #version = 0;

  /** `onChange` is called when the files may have changed; not at the start. Throws the system's error where there is no such directory. */
  constructor(directory: string, onChange: () => void) {
    this.#directory = directory;
    this.#watch = new DirectoryWatch(
      directory,
      () => {
        this.#version++;
        onChange();
      },
      () => {},
    );
  }

  get version(): number {
    this.#watch.catchUp();
    return this.#version;
  }

  read(secret: string, key: string): { readonly text: string } | { readonly problem: string } {
    const file = join(this.#directory, secret, key);
    try {
      const stat = statSync(file, { throwIfNoEntry: false });
      if (stat === undefined)
        return {
          problem: `is not there; make the Secret ${secret} with the key ${key} in the namespace of the server`,
        };
      if (!stat.isFile() || stat.size > MAX_FILE_BYTES)
        return { problem: `has ${stat.size} bytes, and at most ${MAX_FILE_BYTES} are read; store the key alone` };
      return { text: readFileSync(file, 'utf8') };
    } catch (error) {
      return { problem: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})` };
    }
  }

  close(): void {
    this.#watch.close();
  }
}

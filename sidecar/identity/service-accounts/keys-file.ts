/** The keys of the API server as they lie beside the policy: read again whenever the volume is another one. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  readServiceAccountKeys,
  SERVICE_ACCOUNT_KEYS_FILE,
  type ServiceAccountKeys,
} from '../../../core/service-account-keys.ts';
import { DirectoryWatch } from '../../files/directory-watch.ts';

export class KeysFile {
  readonly #file: string;
  readonly #onChange: (problem: string | undefined) => void;
  readonly #watch: DirectoryWatch;
  #stamp = '';
  #keys: ServiceAccountKeys | undefined = undefined;

  /** `onChange` is called when the keys are others, or when what lies there cannot be read: with the problem then. */
  constructor(directory: string, onChange: (problem: string | undefined) => void) {
    this.#file = join(directory, SERVICE_ACCOUNT_KEYS_FILE);
    this.#onChange = onChange;
    this.#watch = new DirectoryWatch(
      directory,
      () => this.#reload(),
      (error) => this.#onChange(`${this.#file} could not be taken (${String(error)})`),
    );
    this.#reload();
  }

  /** The last that could be read: a file that is gone says nothing. */
  current(): ServiceAccountKeys | undefined {
    this.#watch.catchUp();
    return this.#keys;
  }

  close(): void {
    this.#watch.close();
  }

  #reload(): void {
    const stat = statSync(this.#file, { throwIfNoEntry: false });
    const stamp = stat === undefined ? '' : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    if (stat === undefined) return;
    const keys = readServiceAccountKeys(readFileSync(this.#file, 'utf8'));
    if (keys !== undefined) this.#keys = keys;
    this.#onChange(keys === undefined ? `${this.#file} holds no keys; those of before stay` : undefined);
  }
}

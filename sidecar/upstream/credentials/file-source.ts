/** A key in a file of this user, looked at again for every call: it is one `fstat`, and another key counts at once. */
import { type Secret, readSecret } from '../../../core/credentials/secret.ts';
import { statSync } from 'node:fs';
import { withNewest } from './former.ts';
import { readOwnFile } from './read-own-file.ts';
import { type CredentialSource, type Found, notToBeHad } from './source.ts';

export class FileSource implements CredentialSource {
  readonly #name: string;
  readonly #path: string;
  readonly #onProblem: (problem: string) => void;
  #stamp: string | undefined = undefined;
  #found: Found = { kind: 'pending' };
  #common: readonly Secret[] = [];

  constructor(name: string, path: string, onProblem: (problem: string) => void) {
    this.#name = name;
    this.#path = path;
    this.#onProblem = onProblem;
  }

  look(): Found {
    const stamp = stampOf(this.#path);
    if (stamp === this.#stamp) return this.#found;
    this.#stamp = stamp;
    const read = readOwnFile(this.#path);
    const parsed = 'problem' in read ? read : readSecret(this.#name, read.text);
    if ('problem' in parsed) {
      this.#onProblem(`credential ${this.#name}: the file ${this.#path} ${parsed.problem}`);
      this.#found = notToBeHad(this.#name);
    } else {
      this.#common = withNewest(this.#common, parsed);
      this.#found = { kind: 'found', secret: parsed };
    }
    return this.#found;
  }

  /** Nothing is ever pending. */
  fetch(_caller: unknown, done: () => void): () => void {
    const soon = setImmediate(done);
    return () => clearImmediate(soon);
  }

  get common(): readonly Secret[] {
    this.look();
    return this.#common;
  }

  close(): void {}
}

function stampOf(path: string): string {
  try {
    const { ino, mtimeMs, ctimeMs, size } = statSync(path);
    return `${ino} ${mtimeMs} ${ctimeMs} ${size}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}

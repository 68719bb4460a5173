/** A key that lies in a Secret: it is there, or it is not, and nobody waits. */
import { type Secret, readSecret } from '../../../core/credentials/secret.ts';
import { withNewest } from './former.ts';
import { type CredentialSource, type Found, notToBeHad } from './source.ts';
import type { SecretStore } from './store.ts';

export class StoredSource implements CredentialSource {
  readonly #name: string;
  readonly #from: { readonly secret: string; readonly key: string };
  readonly #store: SecretStore;
  readonly #onProblem: (problem: string) => void;
  #version: number | undefined = undefined;
  #found: Found = { kind: 'pending' };
  #common: readonly Secret[] = [];
  /** Why it is not to be had, for whoever runs the gate. */
  #problem: string | undefined = undefined;

  constructor(
    name: string,
    from: { readonly secret: string; readonly key: string },
    store: SecretStore,
    onProblem: (problem: string) => void,
  ) {
    this.#name = name;
    this.#from = from;
    this.#store = store;
    this.#onProblem = onProblem;
  }

  look(): Found {
    this.#read();
    return this.#found;
  }

  /** Nothing is ever pending. */
  fetch(_caller: unknown, done: () => void): () => void {
    const soon = setImmediate(done);
    return () => clearImmediate(soon);
  }

  get common(): readonly Secret[] {
    this.#read();
    return this.#common;
  }

  get problem(): string | undefined {
    this.#read();
    return this.#problem;
  }

  close(): void {}

  #read(): void {
    const { version } = this.#store;
    if (version === this.#version) return;
    this.#version = version;
    const { secret, key } = this.#from;
    const read = this.#store.read(secret, key);
    const parsed = 'problem' in read ? read : readSecret(this.#name, read.text);
    if ('problem' in parsed) {
      this.#problem = `credential ${this.#name}: key ${key} of Secret ${secret} ${parsed.problem}`;
      this.#onProblem(this.#problem);
      this.#found = notToBeHad(this.#name);
      return;
    }
    this.#problem = undefined;
    this.#found = { kind: 'found', secret: parsed };
    this.#common = withNewest(this.#common, parsed);
  }
}

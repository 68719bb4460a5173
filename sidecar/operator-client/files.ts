/** Credentials that others replace while the process runs: the kubelet writes the token, the operator the CA. */
import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '../../core/clock.ts';

/** The kubelet replaces a token when a fifth of its life is left; this is soon enough. */
const TOKEN_MAX_AGE_MS = 60_000;

/** A projected ServiceAccount token. */
export class TokenFile {
  readonly #file: string;
  readonly #clock: Clock;
  #token = '';
  #readAt = -Infinity;

  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  /** Throws an Error that says what is wrong with the file. */
  current(): string {
    if (this.#clock.monotonic() - this.#readAt >= TOKEN_MAX_AGE_MS) this.#read();
    return this.#token;
  }

  /** The token was not accepted: reads it again. True when there is another one by now. */
  renew(): boolean {
    const before = this.#token;
    this.#read();
    return this.#token !== before;
  }

  #read(): void {
    const token = readText(this.#file, 'token').trim();
    if (token === '' || /\s/.test(token)) throw new Error(`the token file ${this.#file} holds no token`);
    this.#token = token;
    this.#readAt = this.#clock.monotonic();
  }
}

/** A file that is read again whenever it was changed. One that is gone keeps its last content. */
export class WatchedText {
  readonly #file: string;
  readonly #what: string;
  #stamp = '';
  #text: string | undefined = undefined;

  constructor(file: string, what: string) {
    this.#file = file;
    this.#what = what;
  }

  /** Throws an Error where there was never anything to read. */
  current(): string {
    const stat = statSync(this.#file, { throwIfNoEntry: false });
    const stamp = stat === undefined ? '' : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
    if (this.#text !== undefined && (stamp === '' || stamp === this.#stamp)) return this.#text;
    this.#text = readText(this.#file, this.#what);
    this.#stamp = stamp;
    return this.#text;
  }
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`the ${what} file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`, {
      cause: error,
    });
  }
}

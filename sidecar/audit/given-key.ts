/**
 * The key that a gate signs its audit log with where an operator gives it one: kept in the state directory, so that a container that starts
 * again needs nobody. A gate that has none yet waits for it, unsigned, some seconds at most; then it makes one of its own, as without an
 * operator, and takes that of the operator when it comes.
 */
import { parseSigningKey, type SigningKey } from '../../core/audit/note/note-keys.ts';
import { keepSigningKey, loadOrCreateSigningKey, readSigningKey } from './signing-key.ts';

const WAIT_MS = 10_000;

export interface GivenKeyOptions {
  readonly path: string;
  /** Of the key: what the operator gives for another server is not taken. */
  readonly name: string;
  /** Whenever there is another one. */
  onKey(key: SigningKey): void;
  /** It could not be kept, or could not be read: a sentence without the key. */
  onProblem(problem: string): void;
  readonly waitMs?: number;
}

export class GivenKey {
  readonly #options: GivenKeyOptions;
  readonly #waiting: NodeJS.Timeout | undefined;
  #current: SigningKey | undefined;
  /** It is in the file, too. */
  #isKept = true;

  /** Throws as loadOrCreateSigningKey does. */
  constructor(options: GivenKeyOptions) {
    this.#options = options;
    this.#current = readSigningKey(options.path);
    if (this.#current !== undefined) return;
    this.#waiting = setTimeout(() => this.settle(), options.waitMs ?? WAIT_MS).unref();
  }

  get current(): SigningKey | undefined {
    return this.#current;
  }

  /** What the operator has answered to a report, every time. One of an earlier version gives none. */
  take(answer: unknown): void {
    const text =
      typeof answer === 'object' && answer !== null && 'signingKey' in answer ? answer.signingKey : undefined;
    if (typeof text !== 'string') return;
    const key = parseSigningKey(text);
    if (key?.verifier.name !== this.#options.name) {
      this.#options.onProblem(`what the operator gives is no key of ${this.#options.name}`);
      return;
    }
    const isSame = key.verifier.text === this.#current?.verifier.text;
    if (isSame && this.#isKept) return;
    const isKept = this.#attempt(() => keepSigningKey(this.#options.path, key));
    // A gate that starts again signs with what is in the file. Were that a key which has announced another one in the same log, it would look
    // stolen; so the one before goes on until the next can be kept, with one of the next reports.
    if (!isSame && !isKept && this.#current !== undefined) return;
    this.#isKept = isKept;
    if (!isSame) this.#adopt(key);
  }

  /** Nothing more is waited for. */
  settle(): void {
    if (this.#current !== undefined) return;
    this.#attempt(() => this.#adopt(loadOrCreateSigningKey(this.#options.path, this.#options.name)));
  }

  #adopt(key: SigningKey): void {
    clearTimeout(this.#waiting);
    this.#current = key;
    this.#options.onKey(key);
  }

  /** A disk that is full must not keep a gate from signing with what it has in memory. */
  #attempt(step: () => void): boolean {
    try {
      step();
      return true;
    } catch (error) {
      this.#options.onProblem(`${this.#options.path}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}

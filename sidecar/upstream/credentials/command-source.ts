/**
 * A key that a program prints. It is run when the key is needed first, and again where the server refuses what it printed: a person may
 * be asked each time, by a finger on a device.
 */
import { type Secret, readSecret } from '../../../core/credentials/secret.ts';
import { withNewest } from './former.ts';
import { runCommand } from './run-command.ts';
import { type CredentialSource, type Found, notToBeHad } from './source.ts';

/** What failed, or was refused, is not tried again by each call. */
const PAUSE_MS = 5_000;

export class CommandSource implements CredentialSource {
  readonly #name: string;
  readonly #command: readonly string[];
  readonly #onProblem: (problem: string) => void;
  #found: Found = { kind: 'pending' };
  /** Monotonic milliseconds: until when it is not run again, whatever happens. */
  #pausedUntil = 0;
  /** What was found does not help. */
  #isStale = true;
  #isClosed = false;
  #common: readonly Secret[] = [];
  readonly #waiting = new Set<() => void>();
  #kill: (() => void) | undefined = undefined;

  constructor(name: string, command: readonly string[], onProblem: (problem: string) => void) {
    this.#name = name;
    this.#command = command;
    this.#onProblem = onProblem;
  }

  look(): Found {
    return this.#isStale && performance.now() >= this.#pausedUntil ? { kind: 'pending' } : this.#found;
  }

  refused(secret: Secret): void {
    if (this.#found.kind === 'found' && this.#found.secret === secret) this.#isStale = true;
  }

  /** It runs once, however many wait for it. */
  fetch(_caller: unknown, done: () => void): () => void {
    this.#waiting.add(done);
    this.#kill ??= runCommand(this.#command, (result) => this.#take(result));
    return () => {
      this.#waiting.delete(done);
    };
  }

  get common(): readonly Secret[] {
    return this.#common;
  }

  close(): void {
    this.#isClosed = true;
    this.#kill?.();
  }

  #take(result: { readonly text: string } | { readonly problem: string }): void {
    this.#kill = undefined;
    if (this.#isClosed) return;
    const parsed = 'problem' in result ? result : readSecret(this.#name, result.text);
    if ('problem' in parsed) {
      this.#onProblem(`credential ${this.#name}: the command ${this.#command[0]} ${parsed.problem}`);
      this.#found = notToBeHad(this.#name);
      this.#isStale = true;
    } else {
      this.#common = withNewest(this.#common, parsed);
      this.#found = { kind: 'found', secret: parsed };
      this.#isStale = false;
    }
    this.#pausedUntil = performance.now() + PAUSE_MS;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const done of waiting) done();
  }
}

/**
 * Signs what a stream holds, some seconds after a line that is not signed yet and at the end. A checkpoint is a line of some 600 bytes
 * and a signature of 50 µs: next to nothing, even for a gate that has one call in that time.
 */
import type { Chain } from '../../core/audit/chain.ts';
import { checkpointText, originOf } from '../../core/audit/note/checkpoint.ts';
import type { SigningKey } from '../../core/audit/note/note-keys.ts';
import { signNote } from '../../core/audit/note/signed-note.ts';

export interface CheckpointOptions {
  /** How long a line may be without a signature, while lines can be written. */
  readonly afterMs: number;
  canWrite(): boolean;
  /** Puts the signed note into the chain, in a line of its own. */
  write(note: string): void;
}

export class Checkpoints {
  readonly #chain: Pick<Chain, 'stream' | 'next' | 'root'>;
  readonly #signer: SigningKey;
  readonly #options: CheckpointOptions;
  /** Lines that need no further signature: those that are signed, and the one that says so. */
  #done = 0;
  #due: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(chain: Pick<Chain, 'stream' | 'next' | 'root'>, signer: SigningKey, options: CheckpointOptions) {
    this.#chain = chain;
    this.#signer = signer;
    this.#options = options;
  }

  /** There is a new line. */
  soon(): void {
    if (this.#ended) return;
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      if (this.#options.canWrite()) this.#sign();
      else this.soon();
    }, this.#options.afterMs).unref();
  }

  /** Signs what there is. */
  now(): void {
    if (!this.#ended) this.#sign();
  }

  /** Signs what there is, whatever can be written; nothing is signed afterwards. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#due);
    this.#sign();
  }

  #sign(): void {
    const size = this.#chain.next;
    if (size === this.#done) return;
    // First: the line itself may begin a new file, whose own first line is not signed then.
    this.#done = size + 1;
    const text = checkpointText({ origin: originOf(this.#chain.stream), size, root: this.#chain.root() });
    this.#options.write(signNote(text, this.#signer));
  }
}

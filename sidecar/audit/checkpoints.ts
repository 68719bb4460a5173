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
  /** Hears of each, with the number of lines that it covers: between two of them the tree has a proof. */
  onSigned?: ((note: string, size: number) => void) | undefined;
}

type SignedChain = Pick<Chain, 'stream' | 'next' | 'root' | 'tree'>;

export class Checkpoints {
  readonly #chain: SignedChain;
  #signer: SigningKey | undefined;
  readonly #options: CheckpointOptions;
  /** Lines that need no further signature: those that are signed, and the one that says so. */
  #done = 0;
  #due: NodeJS.Timeout | undefined;
  #ended = false;

  /** Without a signer, nothing is signed until there is one. */
  constructor(chain: SignedChain, signer: SigningKey | undefined, options: CheckpointOptions) {
    this.#chain = chain;
    this.#signer = signer;
    this.#options = options;
  }

  get signer(): SigningKey | undefined {
    return this.#signer;
  }

  /** Signs from now on. */
  adopt(signer: SigningKey): void {
    this.#signer = signer;
  }

  /** There is a new line. */
  soon(): void {
    if (this.#ended) return;
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      if (this.#signer !== undefined && this.#options.canWrite()) this.#sign();
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
    if (size === this.#done || this.#signer === undefined) return;
    // First: the line itself may begin a new file, whose own first line is not signed then.
    this.#done = size + 1;
    const text = checkpointText({ origin: originOf(this.#chain.stream), size, root: this.#chain.root() });
    const note = signNote(text, this.#signer);
    if (this.#options.onSigned !== undefined) this.#chain.tree.mark();
    this.#options.write(note);
    this.#options.onSigned?.(note, size);
  }
}

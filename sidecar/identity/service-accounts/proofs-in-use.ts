/**
 * The proofs that somebody still relies on: calls that wait for a person, streams that stay open. Only as long as they are referred to
 * elsewhere, so that nobody has to say when a call is over. A token that is looked at anew has another one, beside that of its stream.
 */
import type { AccountProof } from './account-proof.ts';

/** What is asked about at a time. */
const TOGETHER = 16;

export class ProofsInUse {
  readonly #everyMs: number;
  readonly #ask: (digest: string, proof: AccountProof) => Promise<unknown>;
  readonly #proofs = new Map<string, readonly WeakRef<AccountProof>[]>();
  #timer: NodeJS.Timeout | undefined = undefined;
  #asking: Promise<void> | undefined = undefined;

  /** `ask` is called for each of them every so often; what it rejects with is nobody's to hear. */
  constructor(everyMs: number, ask: (digest: string, proof: AccountProof) => Promise<unknown>) {
    this.#everyMs = everyMs;
    this.#ask = ask;
  }

  /** The newest of the token. */
  get(digest: string): AccountProof | undefined {
    return this.#inUse(digest).at(-1)?.deref();
  }

  add(digest: string, proof: AccountProof): void {
    this.#proofs.set(digest, [...this.#inUse(digest), new WeakRef(proof)]);
    this.#timer ??= setInterval(() => void this.askAboutAll(), this.#everyMs).unref();
  }

  /** Those that take longer than it is until the next time are waited for. */
  askAboutAll(): Promise<void> {
    this.#asking ??= this.#askAll().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  #inUse(digest: string): readonly WeakRef<AccountProof>[] {
    return this.#proofs.get(digest)?.filter((one) => one.deref() !== undefined) ?? [];
  }

  async #askAll(): Promise<void> {
    const digests = [...this.#proofs.keys()];
    for (let at = 0; at < digests.length; at += TOGETHER)
      await Promise.allSettled(digests.slice(at, at + TOGETHER).map((digest) => this.#askAbout(digest)));
    if (this.#proofs.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #askAbout(digest: string): Promise<void> {
    const proof = this.get(digest);
    if (proof === undefined) this.#proofs.delete(digest);
    else await this.#ask(digest, proof);
  }
}

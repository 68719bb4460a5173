/**
 * Who may have signed the lines at hand: the keys that were given, each for its own server, and those that such a key has announced since;
 * where none is given, whoever the log itself names, which proves that it is of one piece, not whose.
 */
import { parseVerifierKey, type VerifierKey } from './note/note-keys.ts';
import { type SignedNote, verifyNote } from './note/signed-note.ts';

/** A gate's key is named after its server. */
const KEY_PREFIX = 'sallyport/';
const MAX_ANNOUNCED = 1000;

export type SignerVerdict =
  | { readonly by: VerifierKey; readonly problem?: undefined }
  /** `replaced`: it has announced another one before, in the same files. */
  | { readonly by?: VerifierKey; readonly problem: 'wrong' | 'unknown' | 'replaced' };

/** The server (`namespace/name`) that a key is of, by its name. */
export function serverOfKey(name: string): string | undefined {
  return name.startsWith(KEY_PREFIX) ? name.slice(KEY_PREFIX.length) : undefined;
}

export class Signers {
  readonly #given: readonly VerifierKey[] | undefined;
  /** By a key that could be believed. */
  readonly #announced: VerifierKey[] = [];
  /** In the files at hand, which one gate has written after the other: a second gate may go on with the old key for a while. */
  readonly #replaced = new Set<string>();
  /** Announced in lines that nobody has signed yet. */
  #pending: VerifierKey[] = [];
  #named: VerifierKey | undefined;

  constructor(given: readonly VerifierKey[] | undefined) {
    this.#given = given;
  }

  /** False where the log itself is asked. */
  get areGiven(): boolean {
    return this.#given !== undefined;
  }

  /** Lines of other files follow, which have nothing to do with those before. */
  beginChain(): void {
    this.#replaced.clear();
    this.#pending = [];
    this.#named = undefined;
  }

  /** Lines of another stream follow: what nobody had signed of the one before, nobody will. */
  beginStream(): void {
    this.#pending = [];
  }

  /** What a line has in its field `key`: the first line of a file names who signs, a line `key` who will. */
  reads(event: string, text: string): void {
    const key = parseVerifierKey(text);
    // A gate that waited for its first key has none before it that could announce it.
    if (event !== 'key' || this.#named === undefined) this.#named = key;
    else if (key !== undefined && this.#pending.length < MAX_ANNOUNCED) this.#pending.push(key);
  }

  verify(note: SignedNote): SignerVerdict {
    const named = this.#named === undefined ? [] : [this.#named];
    const verdict = verifyNote(note, [...(this.#given ?? named), ...this.#announced]);
    if (verdict === 'wrong' || verdict === 'unknown') return { problem: verdict };
    return this.#replaced.has(verdict.by.text) ? { by: verdict.by, problem: 'replaced' } : verdict;
  }

  /** All lines so far are signed by this one: so is what it has announced in them, for its own server. */
  signed(by: VerifierKey): void {
    for (const key of this.#pending.splice(0)) {
      if (key.name !== by.name || key.text === by.text) continue;
      this.#replaced.add(by.text);
      this.#replaced.delete(key.text);
      if (this.#announced.length < MAX_ANNOUNCED && this.#announced.every(({ text }) => text !== key.text))
        this.#announced.push(key);
    }
  }
}

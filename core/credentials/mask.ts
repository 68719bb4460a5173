/**
 * Searches what comes in pieces for keys, and puts asterisks in their place: as many as there were bytes, so that the length of an
 * answer, its JSON and its events stay what they are. What could be the beginning of a key waits for what follows, and nothing else does.
 */
import type { Secret } from './secret.ts';

const ASTERISK = 0x2a;
const NOTHING = Buffer.alloc(0);

export class Masking {
  readonly #secrets: () => readonly Secret[];
  readonly #onFound: (secret: Secret) => void;
  /** The end of what came, which a key may begin with: as it came, and as it may go on if nothing else does. */
  #held: Buffer = NOTHING;
  #covered: Buffer = NOTHING;

  /** `secrets` is asked with each piece: a stream may be older than what it says. `onFound` is called for every place. */
  constructor(secrets: () => readonly Secret[], onFound: (secret: Secret) => void) {
    this.#secrets = secrets;
    this.#onFound = onFound;
  }

  /** What may go on. The very chunk where there is nothing to change in it. */
  push(chunk: Buffer): Buffer {
    const secrets = this.#secrets();
    const before = this.#held.length;
    const all = before === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const shown = before === 0 ? chunk : Buffer.concat([this.#covered, chunk]);
    const masked = maskIn({ bytes: all, shown, before }, secrets, this.#onFound);
    // Looked for in what came: a key may begin with another one, which is covered already.
    const held = beginningAtEnd(all, secrets);
    this.#held = held === 0 ? NOTHING : Buffer.from(all.subarray(all.length - held));
    this.#covered = held === 0 ? NOTHING : Buffer.from(masked.subarray(masked.length - held));
    return held === 0 ? masked : masked.subarray(0, masked.length - held);
  }

  /** What was held back: nothing follows any more, so it is no key. */
  end(): Buffer {
    const rest = this.#covered;
    this.#held = NOTHING;
    this.#covered = NOTHING;
    return rest;
  }
}

interface ToMask {
  /** What is searched. */
  readonly bytes: Buffer;
  /** The same, with asterisks where there are some already. */
  readonly shown: Buffer;
  /** What ends within as many bytes was told of before. */
  readonly before: number;
}

/**
 * A copy of `shown` with asterisks; `shown` itself where there is no key. Each key is looked for in the bytes as they came, so that one
 * which is part of another hides nothing of it.
 */
function maskIn(
  { bytes, shown, before }: ToMask,
  secrets: readonly Secret[],
  onFound: (secret: Secret) => void,
): Buffer {
  let masked = shown;
  for (const secret of secrets) {
    for (const form of secret.forms) {
      for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at + form.length)) {
        if (at + form.length <= before) continue;
        if (masked === shown) masked = Buffer.from(shown);
        masked.fill(ASTERISK, at, at + form.length);
        onFound(secret);
      }
    }
  }
  return masked;
}

/** Whose keys are in it. */
export function findIn(bytes: Buffer, secrets: readonly Secret[]): readonly Secret[] {
  return secrets.filter(({ forms }) => forms.some((form) => bytes.includes(form)));
}

export function maskText(text: string, secrets: readonly Secret[], onFound: (secret: Secret) => void): string {
  // Headers are Latin-1 to Node; no form of a key has anything beyond ASCII.
  const bytes = Buffer.from(text, 'latin1');
  const masked = maskIn({ bytes, shown: bytes, before: 0 }, secrets, onFound);
  return masked === bytes ? text : masked.toString('latin1');
}

/** How many bytes at the end could be the beginning of a form. */
function beginningAtEnd(bytes: Buffer, secrets: readonly Secret[]): number {
  let longest = 0;
  for (const { forms } of secrets) {
    for (const form of forms) {
      const most = Math.min(bytes.length, form.length - 1);
      for (let length = most; length > longest; length--) {
        // Nearly always no more than this is looked at.
        if (bytes[bytes.length - length] !== form[0]) continue;
        if (form.compare(bytes, bytes.length - length, bytes.length, 0, length) === 0) longest = length;
      }
    }
  }
  return longest;
}

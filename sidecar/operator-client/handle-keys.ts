/** The keys that all gates of a server share, as the operator gives them with its answer to a report. They are never logged. */

/** 32 bytes in base64url. */
const KEY = /^[\w-]{43}$/;

/**
 * `key` seals what is given out from now on. What was sealed with one of `others` is good as well: with the key before, or with the next one
 * by a gate that has it already.
 */
export type HandleKeyListener = (key: Buffer, others: readonly Buffer[]) => void;

export class HandleKeys {
  readonly #listener: HandleKeyListener;
  #key = '';
  #next = '';
  #former = '';

  constructor(listener: HandleKeyListener) {
    this.#listener = listener;
  }

  /** An operator of an earlier version gives none: what was there stays. */
  take(answer: unknown): void {
    const [key, next] = [keyIn(answer, 'handleKey'), keyIn(answer, 'nextHandleKey')];
    if (key === '' || (key === this.#key && next === this.#next)) return;
    if (this.#key !== key) this.#former = this.#key;
    this.#key = key;
    this.#next = next;
    const others = [...new Set([next, this.#former])].filter((other) => other !== '' && other !== key);
    this.#listener(bytesOf(key), others.map(bytesOf));
  }
}

function keyIn(answer: unknown, name: 'handleKey' | 'nextHandleKey'): string {
  if (typeof answer !== 'object' || answer === null) return '';
  const value = (answer as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' && KEY.test(value) ? value : '';
}

function bytesOf(key: string): Buffer {
  return Buffer.from(key, 'base64url');
}

/**
 * Nonces that a gate gives out (RFC 9449 §8, §9): the time at which one was made, and a keyed digest of it. Nothing is remembered of them, all
 * replicas of a server take what one of them has given out, and a proof with one is as old as its nonce, whatever the clock of its maker says.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const PURPOSE = 'sallyport dpop nonce v1';
/** 128 bits of HMAC-SHA-256 (RFC 2104 §5: at least half of the output). */
const TAG_BYTES = 16;
const FORM = /^([0-9a-z]{1,9})\.([\w-]{22})$/;

export class Nonces {
  readonly #own: Buffer;
  /** The first one makes them. */
  #keys: readonly Buffer[];
  #last: { readonly second: number; readonly nonce: string } | undefined = undefined;

  /** `key`: of this process, as long as there is none that all replicas share. */
  constructor(key: Buffer) {
    this.#own = key;
    this.#keys = [key];
  }

  /** The key that all replicas share, and those before and after it. */
  adopt(key: Buffer, others: readonly Buffer[]): void {
    this.#keys = [key, ...others, this.#own];
    this.#last = undefined;
  }

  /** One for each second is enough: it is the proof that is used once. `now`: milliseconds since the epoch. */
  at(now: number): string {
    const second = Math.floor(now / 1000);
    if (this.#last?.second !== second) {
      const text = second.toString(36);
      const nonce = `${text}.${tagOf(this.#keys[0] as Buffer, text).toString('base64url')}`;
      this.#last = { second, nonce };
    }
    return this.#last.nonce;
  }

  /** When it was made, in seconds since the epoch; undefined: by nobody who has the key. */
  secondOf(nonce: string): number | undefined {
    const [, text = '', tag = ''] = FORM.exec(nonce) ?? [];
    if (text === '') return undefined;
    const bytes = Buffer.from(tag, 'base64url');
    const isOurs = this.#keys.some((key) => timingSafeEqual(bytes, tagOf(key, text)));
    return isOurs ? parseInt(text, 36) : undefined;
  }
}

function tagOf(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(`${PURPOSE} ${text}`).digest().subarray(0, TAG_BYTES);
}

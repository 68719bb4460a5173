/**
 * What an approval is bound to, in a form that may lie where many read it. A plain SHA-256 of the call would tell everybody who tries
 * enough of them a value that the preview does not show, such as the number of an account: so it is keyed (RFC 2104), with a key that the
 * gates of a server share, since any of them may be asked next.
 */
import { createHmac } from 'node:crypto';

/** Keys for one purpose do not tell those for another (RFC 5869 §3.2). */
const PURPOSE = 'sallyport approval digest v1';

export class ApprovalDigests {
  #key: Buffer;

  /** `key`: of this gate, until there is one that all of them have. */
  constructor(key: Buffer) {
    this.#key = keyFor(key);
  }

  /** What waits under the key before is asked about anew. */
  adopt(key: Buffer): void {
    this.#key = keyFor(key);
  }

  /** `plain`: of core/mcp/call-digest.ts. In the same form. */
  of(plain: string): string {
    return `sha256:${createHmac('sha256', this.#key).update(plain).digest('hex')}`;
  }
}

function keyFor(key: Buffer): Buffer {
  return createHmac('sha256', key).update(PURPOSE).digest();
}

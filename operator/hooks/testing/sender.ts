/** A system that sends web hooks, written from the specification of Standard Webhooks. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { SignedRequest } from './slack.ts';

export class SmallSender {
  readonly #key = randomBytes(32);
  /** As it is given to whoever receives. */
  readonly secret = `whsec_${this.#key.toString('base64')}`;

  /** `at`: milliseconds since the epoch. */
  sign(message: object | string, { id = `msg_${randomUUID()}`, at = Date.now() } = {}): SignedRequest {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    const timestamp = String(Math.floor(at / 1000));
    const mac = createHmac('sha256', this.#key).update(`${id}.${timestamp}.${text}`).digest('base64');
    return {
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${mac}`,
      },
      body: Buffer.from(text),
    };
  }
}

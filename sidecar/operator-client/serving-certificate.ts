/** The certificate that clients are shown, from the operator, for a key that never leaves this process. */
import { generateKeyPairSync } from 'node:crypto';
import { clearTimeout, setTimeout } from 'node:timers';
import type { Clock } from '../../core/clock.ts';
import { type Pair, readPair, type Unfit } from '../tls/pair.ts';
import { Backoff } from './backoff.ts';
import { describeFailure, type OperatorClient } from './client.ts';
import { WatchedText } from './files.ts';

const TIMEOUT_MS = 5_000;
/** After two thirds of its life, so that an operator that is away for weeks is not missed. */
const RENEW_AFTER = 2 / 3;
/** How often it is looked whether it is time, or the operator has another authority. */
const LOOK_MS = 60_000;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 30_000;

export interface ServingFeedParts {
  readonly client: Pick<OperatorClient, 'request'>;
  /** Whom gates trust to be the operator, in PEM: with another authority there comes another certificate. */
  readonly caFile: string | undefined;
  readonly clock: Pick<Clock, 'now'>;
  /** What there is now, or why there is none or no newer one. */
  readonly onRead: (read: Pair | Unfit) => void;
}

interface Held {
  readonly renewAt: number;
  /** Of the file of authorities, when it was asked for. */
  readonly ca: string | undefined;
}

export class ServingFeed {
  readonly #parts: ServingFeedParts;
  readonly #ca: WatchedText | undefined;
  readonly #backoff = new Backoff(FIRST_PAUSE_MS, MAX_PAUSE_MS);
  #held: Held | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** Asks at once, and again until it has one. */
  constructor(parts: ServingFeedParts) {
    this.#parts = parts;
    this.#ca = parts.caFile === undefined ? undefined : new WatchedText(parts.caFile, 'CA');
    void this.#look();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    let pause = LOOK_MS;
    try {
      const ca = this.#ca?.current();
      if (this.#isDue(ca)) this.#held = { renewAt: await this.#ask(), ca };
      this.#backoff.reset();
    } catch (error) {
      pause = this.#backoff.next();
      const why = error instanceof Error ? error.message : String(error);
      if (!this.#closed) this.#parts.onRead({ problem: `the operator gave no certificate: ${why}` });
    }
    if (!this.#closed) this.#timer = setTimeout(() => void this.#look(), pause).unref();
  }

  #isDue(ca: string | undefined): boolean {
    return this.#held === undefined || this.#parts.clock.now() >= this.#held.renewAt || ca !== this.#held.ca;
  }

  /** Resolves with the time at which the next one is due. */
  async #ask(): Promise<number> {
    const { client, clock, onRead } = this.#parts;
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const answer = await client.request({
      method: 'POST',
      path: '/v1/serving-certificate',
      body: { publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
      timeoutMs: TIMEOUT_MS,
      repeatable: true,
    });
    if (answer.status !== 200) throw new Error(describeFailure(answer));
    const { certificate } = (answer.body ?? {}) as { certificate?: unknown };
    const cert = typeof certificate === 'string' ? certificate : undefined;
    const now = clock.now();
    const read = readPair(cert, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), now);
    if ('problem' in read) throw new Error(read.problem);
    if (!this.#closed) onRead(read);
    return now + (read.notAfter - now) * RENEW_AFTER;
  }
}

/** A certificate that the operator signs, for a key that never leaves this process. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { describeFailure, type OperatorClient } from '../operator-client/client.ts';
import { WatchedText } from '../operator-client/files.ts';
import type { Identity, IdentitySource } from './identity.ts';

const TIMEOUT_MS = 5_000;
/** After two thirds of its life, so that an operator that is away for hours is not missed. */
const RENEW_AFTER = 2 / 3;
/** One that is still good is used while there is no other, and so often it is asked for one. */
const ASK_AGAIN_MS = 60_000;

interface Held {
  readonly cert: string;
  readonly key: string;
  readonly renewAt: number;
  readonly notAfter: number;
}

export class OperatorIdentity implements IdentitySource {
  readonly #client: Pick<OperatorClient, 'request'>;
  readonly #ca: WatchedText | undefined;
  readonly #clock: Clock;
  #held: Held | undefined;
  #askAt = Number.NEGATIVE_INFINITY;
  #last: Identity | undefined;

  constructor(client: Pick<OperatorClient, 'request'>, caFile: string | undefined, clock: Clock) {
    this.#client = client;
    this.#ca = caFile === undefined ? undefined : new WatchedText(caFile, 'CA');
    this.#clock = clock;
  }

  async current(): Promise<Identity> {
    const now = this.#clock.now();
    const held = this.#held;
    if (held === undefined || now >= held.notAfter) this.#held = await this.#ask(now);
    else if (now >= held.renewAt && now >= this.#askAt) {
      this.#askAt = now + ASK_AGAIN_MS;
      this.#held = await this.#ask(now).catch(() => held);
    }
    return this.#identity(this.#held);
  }

  #identity(held: Held | undefined): Identity {
    if (held === undefined) throw new Error('there is no certificate');
    const ca = this.#ca?.current();
    const last = this.#last;
    if (last?.key === held.key && last.ca === ca) return last;
    this.#last = { cert: held.cert, key: held.key, ca };
    return this.#last;
  }

  async #ask(now: number): Promise<Held> {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const answer = await this.#client.request({
      method: 'POST',
      path: '/v1/certificate',
      body: { publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
      timeoutMs: TIMEOUT_MS,
      repeatable: true,
    });
    if (answer.status !== 200) throw new Error(`the operator gave no certificate: ${describeFailure(answer)}`);
    const { certificate } = (answer.body ?? {}) as { certificate?: unknown };
    if (typeof certificate !== 'string') throw new Error('the operator gave no certificate: its answer has none');
    const notAfter = new X509Certificate(certificate).validToDate.getTime();
    return {
      cert: certificate,
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      renewAt: now + (notAfter - now) * RENEW_AFTER,
      notAfter,
    };
  }
}

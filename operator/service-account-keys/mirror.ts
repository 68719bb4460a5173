/**
 * The keys that the API server signs tokens of ServiceAccounts with, as it publishes them itself (OpenID Connect Discovery 1.0,
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery). Asked for every
 * minute while an MCPServer lets in ServiceAccounts, and never otherwise; at once when a gate is shown a key that it has not heard of.
 */
import type { Logger } from 'pino';
import { keysIn, type ServiceAccountKeys, serviceAccountKeysText } from '../../core/service-account-keys.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { sleep, type Timers } from '../kit/clock.ts';
import type { Runnable } from '../kit/manager.ts';

/**
 * Not by the `jwks_uri` of the discovery document, which may lead out of the cluster (`--service-account-jwks-uri`): whom we are talking to
 * here we know already.
 */
const DISCOVERY = '/.well-known/openid-configuration';
const KEYS = '/openid/v1/jwks';

const PERIOD_MS = 60_000;
/** All gates together can have the API server asked this often. */
const ASK_AGAIN_AFTER_MS = 2_000;

export interface MirrorOptions {
  readonly client: Pick<ApiClient, 'document'>;
  /** Whether any MCPServer lets in ServiceAccounts. */
  readonly isUsed: () => boolean;
  readonly clock: Timers;
  readonly log: Logger;
}

export class ServiceAccountKeyMirror implements Runnable {
  readonly name = 'service account keys';
  /** Every replica answers gates. */
  readonly needsLeader = false;
  readonly #options: MirrorOptions;
  #onChange: () => void = () => {};
  #keys: ServiceAccountKeys | undefined = undefined;
  #text: string | undefined = undefined;
  #problem: string | undefined = undefined;
  #askedAt = -Infinity;
  #asking: Promise<void> | undefined = undefined;

  constructor(options: MirrorOptions) {
    this.#options = options;
  }

  /** The text that gates are given; undefined: there has never been one. */
  get text(): string | undefined {
    return this.#text;
  }

  /** The `iss` of tokens that the API server makes. */
  get issuer(): string | undefined {
    return this.#keys?.issuer;
  }

  /** Why the keys could not be read when they were asked for last; undefined: they could, or nobody has asked. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** `listener` is called when the keys are others, or the problem is another one. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** With what there is, where anything is known; else once the API server has been asked. Never rejects. */
  async begun(): Promise<void> {
    if (this.#text === undefined && this.#problem === undefined) await this.refresh();
  }

  /** As the API server says them now, or did a moment ago. Undefined: it cannot be asked, or says none. Never rejects. */
  async refresh(): Promise<ServiceAccountKeys | undefined> {
    const { clock } = this.#options;
    if (this.#asking === undefined) {
      if (clock.monotonic() - this.#askedAt < ASK_AGAIN_AFTER_MS) return this.#current();
      this.#askedAt = clock.monotonic();
      this.#asking = this.#ask().finally(() => (this.#asking = undefined));
    }
    await this.#asking;
    return this.#current();
  }

  async start(signal: AbortSignal): Promise<void> {
    const { isUsed, clock } = this.#options;
    do {
      if (isUsed()) await this.refresh();
    } while (await sleep(clock, PERIOD_MS, signal));
  }

  /** What could not be asked for again is not said to be what the API server has now. */
  #current(): ServiceAccountKeys | undefined {
    return this.#problem === undefined ? this.#keys : undefined;
  }

  async #ask(): Promise<void> {
    const { client, log } = this.#options;
    const [textBefore, problemBefore] = [this.#text, this.#problem];
    try {
      const [metadata, keySet] = await Promise.all([client.document(DISCOVERY), client.document(KEYS)]);
      this.#keys = keysOf(metadata, keySet);
      this.#text = serviceAccountKeysText(this.#keys);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    if (this.#problem !== undefined && this.#problem !== problemBefore)
      log.warn(
        { problem: this.#problem },
        'the keys of ServiceAccounts cannot be read; gates go on with those of before',
      );
    if (this.#text !== textBefore) log.info({ issuer: this.issuer }, 'the keys of ServiceAccounts are others');
    if (this.#text !== textBefore || this.#problem !== problemBefore) this.#onChange();
  }
}

function keysOf(metadata: unknown, keySet: unknown): ServiceAccountKeys {
  const { issuer } = (metadata ?? {}) as { readonly issuer?: unknown };
  const { keys } = (keySet ?? {}) as { readonly keys?: unknown };
  const read = keysIn({ issuer, keys });
  if (read === undefined) throw new Error(`the API server names no issuer at ${DISCOVERY}, or no keys at ${KEYS}`);
  return read;
}

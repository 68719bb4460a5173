/**
 * The keys of the API server: as they lie beside the policy, or newer, where a token has a key that is not among those and the operator
 * was asked. However long nobody brings others they are good, as the policy is that lies beside them.
 */
import type { JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../../core/clock.ts';
import type { ServiceAccountKeys } from '../../../core/service-account-keys.ts';
import { KeyTable, NO_KEYS } from '../jwt/key-table.ts';
import type { TrustedIssuer } from '../jwt/verify-token.ts';
import type { Cluster } from './cluster.ts';

/** Whoever makes up key ids can have the operator asked this often. */
const ASK_AGAIN_AFTER_MS = 10_000;

export class ClusterKeys implements Readonly<Pick<TrustedIssuer['keys'], keyof TrustedIssuer['keys']>> {
  readonly #cluster: Pick<Cluster, 'keys' | 'mirrored'>;
  readonly #clock: Clock;
  #mirrored: ServiceAccountKeys | undefined = undefined;
  #issuer: string | undefined = undefined;
  #table = NO_KEYS;
  #askedAt = -Infinity;
  #asking: Promise<void> | undefined = undefined;

  constructor(cluster: Pick<Cluster, 'keys' | 'mirrored'>, clock: Clock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  /** The `iss` of tokens that the API server makes; undefined: not known. */
  get issuer(): string | undefined {
    this.#catchUp();
    return this.#issuer;
  }

  get current(): JWTVerifyGetKey | undefined {
    this.#catchUp();
    return this.#table.verifying;
  }

  signer(kid: string | undefined): string | undefined {
    this.#catchUp();
    return this.#table.signer(kid);
  }

  isUnheardOf(kid: string | undefined): boolean {
    this.#catchUp();
    return !this.#table.has(kid);
  }

  /** Resolves when there is no more to hear now, whether or not there was any news. */
  async hear(): Promise<void> {
    if (this.#asking === undefined) {
      if (this.#clock.monotonic() - this.#askedAt < ASK_AGAIN_AFTER_MS) return;
      this.#askedAt = this.#clock.monotonic();
      this.#asking = this.#ask().finally(() => (this.#asking = undefined));
    }
    await this.#asking;
  }

  async #ask(): Promise<void> {
    try {
      const asked = await this.#cluster.keys();
      this.#catchUp();
      this.#take(asked);
    } catch {
      // What lies beside the policy is what there is.
    }
  }

  /** What lies there counts as soon as it is another one; until then what was asked for is newer. */
  #catchUp(): void {
    const mirrored = this.#cluster.mirrored();
    if (mirrored === undefined || mirrored === this.#mirrored) return;
    this.#mirrored = mirrored;
    this.#take(mirrored);
  }

  #take({ issuer, keys }: ServiceAccountKeys): void {
    this.#issuer = issuer;
    this.#table = new KeyTable(keys);
  }
}

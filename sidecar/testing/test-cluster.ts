/** An API server that signs tokens of ServiceAccounts, and what a gate hears of it. The real one is in test/cluster. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { ServiceAccountKeys } from '../../core/service-account-keys.ts';
import type { Cluster, Review } from '../identity/service-accounts/cluster.ts';

export class TestCluster implements Cluster {
  readonly issuer = 'https://kubernetes.default.svc.cluster.local';
  readonly asked: string[] = [];
  readonly reviewed: string[] = [];
  /** What lies beside the policy. */
  beside: ServiceAccountKeys | undefined;
  /** What the operator says; undefined: it is away. */
  fresh: ServiceAccountKeys | undefined;
  review_: Review | undefined = { kind: 'good', username: 'system:serviceaccount:agents:billing' };
  #private: KeyObject;
  #kid = 'one';

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.#private = privateKey;
    this.beside = this.#keysOf(publicKey);
    this.fresh = this.beside;
  }

  /** From here on another key signs; nobody has heard of it but the operator. */
  rotate(): void {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.#private = privateKey;
    this.#kid = 'two';
    this.fresh = this.#keysOf(publicKey);
  }

  mirrored(): ServiceAccountKeys | undefined {
    return this.beside;
  }

  async keys(): Promise<ServiceAccountKeys> {
    this.asked.push('keys');
    if (this.fresh === undefined) throw new Error('the operator is away');
    return this.fresh;
  }

  async review(token: string): Promise<Review> {
    this.reviewed.push(token);
    if (this.review_ === undefined) throw new Error('the operator is away');
    return this.review_;
  }

  /** `claims` in place of those that TokenRequest writes. `now`: milliseconds since the epoch. */
  token(now: number, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const seconds = Math.floor(now / 1000);
    const bound = {
      namespace: 'agents',
      serviceaccount: { name: 'billing', uid: 'a' },
      pod: { name: 'billing-7d4', uid: 'b' },
      node: { name: 'node-1', uid: 'c' },
    };
    return new SignJWT({
      ...{ iss: this.issuer, sub: 'system:serviceaccount:agents:billing', aud: ['ledger.finance.sallyport.dev'] },
      ...{ iat: seconds, nbf: seconds, exp: seconds + 600, jti: 'x', 'kubernetes.io': bound },
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: this.#kid })
      .sign(this.#private);
  }

  #keysOf(key: KeyObject): ServiceAccountKeys {
    return {
      issuer: this.issuer,
      keys: [{ ...key.export({ format: 'jwk' }), kid: this.#kid, alg: 'RS256', use: 'sig' }],
    };
  }
}

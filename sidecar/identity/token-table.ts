/** Bearer tokens by their digests: the configuration never holds a token itself. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { ClientToken } from '../../core/api/client-tokens.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { TokenSource } from './token-source.ts';

interface Entry {
  readonly digest: Buffer;
  readonly principal: Principal;
}

/** Enough of a digest to find its entry; that a guess shares it tells nothing about a token of 256 random bits. */
const BUCKET_BYTES = 4;

export class TokenTable implements TokenSource {
  readonly #buckets = new Map<number, Entry[]>();

  constructor(tokens: readonly ClientToken[]) {
    for (const { name, groups, digests } of tokens) {
      const principal: Principal = { kind: 'token', name, groups };
      for (const digest of digests) this.#add({ digest: Buffer.from(digest, 'hex'), principal });
    }
  }

  /** Constant-time in what is compared (RFC 6750 §5.2 asks for protection against guessing). */
  find(token: string): Principal | undefined {
    const digest = hash('sha256', token, 'buffer');
    for (const entry of this.#buckets.get(digest.readUIntBE(0, BUCKET_BYTES)) ?? []) {
      if (timingSafeEqual(entry.digest, digest)) return entry.principal;
    }
    return undefined;
  }

  #add(entry: Entry): void {
    const key = entry.digest.readUIntBE(0, BUCKET_BYTES);
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) this.#buckets.set(key, [entry]);
    else bucket.push(entry);
  }
}

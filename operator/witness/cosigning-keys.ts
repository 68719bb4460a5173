/**
 * What the operator cosigns with: derived, as the keys of gates are, and published before it is used. While the authority is about to be
 * replaced, both keys cosign, so that whoever knows the one meets the other beside it.
 */
import { type CosigningKey, cosigningKey } from '../../core/audit/note/note-keys.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { isConflict } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import type { RawObject } from '../kit/resource.ts';
import { WITNESS_KEYS } from '../names.ts';
import type { Certificates } from '../tls/certificates.ts';

/** A seed of its own: what a cosignature signs does not name the key (C2SP tlog-cosignature). */
const PURPOSE = 'sallyport witness key v1';

export interface CosigningKeysParts {
  readonly client: Pick<ApiClient, 'find' | 'create' | 'mergePatch'>;
  readonly certificates: Pick<Certificates, 'derive'>;
  readonly rootNamespace: string;
}

export class CosigningKeys {
  readonly #parts: CosigningKeysParts;
  readonly #published = new Set<string>();

  constructor(parts: CosigningKeysParts) {
    this.#parts = parts;
  }

  /** Published, all of them. */
  async keys(): Promise<readonly CosigningKey[]> {
    const { certificates, rootNamespace } = this.#parts;
    const { current, next } = certificates.derive(PURPOSE);
    const seeds = next === undefined ? [current] : [current, next];
    const keys = seeds.map((seed) => cosigningKey(`sallyport-witness/${rootNamespace}`, seed));
    if (keys.some(({ verifier }) => !this.#published.has(verifier.text))) await this.#publish(keys);
    return keys;
  }

  async #publish(keys: readonly CosigningKey[]): Promise<void> {
    const { client, rootNamespace } = this.#parts;
    const ref = { namespace: rootNamespace, name: WITNESS_KEYS };
    const data = Object.fromEntries(keys.map(({ verifier }) => [verifier.id, verifier.text]));
    const stored = await client.find<RawObject>(RESOURCES.ConfigMap, ref);
    if (stored === undefined) {
      await client.create(RESOURCES.ConfigMap, { metadata: ref, data }).catch((error: unknown) => {
        if (!isConflict(error)) throw error;
        return client.mergePatch(RESOURCES.ConfigMap, ref, { data });
      });
    } else if (keys.some(({ verifier }) => stored.data?.[verifier.id] !== verifier.text)) {
      await client.mergePatch(RESOURCES.ConfigMap, ref, { data });
    }
    for (const { verifier } of keys) this.#published.add(verifier.text);
  }
}

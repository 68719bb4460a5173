/**
 * The keys that gates sign their audit logs with: derived, so that no Secret holds them, one for each server, and published, so that whoever
 * verifies a log has them from somebody else than its gate. Every replica answers; a write names the version that it was made from.
 */
import type { Logger } from 'pino';
import { parseVerifierKey, type SigningKey, signingKey, type VerifierKey } from '../../core/audit/note/note-keys.ts';
import type { Clock } from '../../core/clock.ts';
import type { Caches } from '../caches.ts';
import { CUSTOM_RESOURCES } from '../custom-resources.ts';
import { type ApiClient, isConflict, isNotFound } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import type { RawObject } from '../kit/resource.ts';
import { auditKeysConfigMapName } from '../names.ts';
import type { Certificates } from '../tls/certificates.ts';
import { metadataOf, patchWith, recordsIn, type ServerName } from './keys-object.ts';
import { type Derived, inUse, type KeyRecord, newestOf, type Succession, succession } from './succession.ts';

const PURPOSE = 'sallyport audit key v1';
/** Writers that meet at one object: the replicas of the operator. */
const MAX_ATTEMPTS = 5;

export interface ServerIdentity extends ServerName {
  /** A server that was deleted and made again is another one. */
  readonly uid: string;
}

export interface AuditKeysParts {
  readonly caches: Pick<Caches, 'auditKeys'>;
  readonly client: Pick<ApiClient, 'find' | 'create' | 'mergePatch'>;
  readonly certificates: Pick<Certificates, 'derive' | 'refresh'>;
  readonly clock: Clock;
  readonly rotateAfterMs: number;
  /** Where keys are published: the operator's own. */
  readonly rootNamespace: string;
  readonly log: Logger;
}

export class AuditKeys {
  readonly #parts: AuditKeysParts;
  /** By server, what this replica has published and its cache may not have heard of yet: the gate that has it shows it at once. */
  readonly #published = new Map<string, KeyRecord>();

  constructor(parts: AuditKeysParts) {
    this.#parts = parts;
  }

  /** What the gates of this server are to sign with. It is published before anybody has it. */
  async keyOf(of: ServerIdentity): Promise<SigningKey> {
    const known = this.#look(of, this.#cached(of));
    if (known.add === undefined) return known.signer;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const stored = await this.#stored(of);
      const records = recordsIn(stored?.data);
      const found = await this.#settled(of, records);
      if (found.add === undefined) return found.signer;
      try {
        await this.#write(of, stored, patchWith(records, found.add));
        this.#published.set(nameOf(of), found.add);
        this.#tell(of, found.add, found.lost);
        return found.signer;
      } catch (error) {
        if (!isConflict(error) && !isNotFound(error)) throw error;
      }
    }
    throw new Error(`the keys of ${of.namespace}/${of.name} were written by others ${MAX_ATTEMPTS} times in a row`);
  }

  /** Whose signature the gates of this server may show, as far as this replica has heard. */
  inUse(of: ServerIdentity): VerifierKey[] {
    return inUse(this.#heard(of), of.uid, this.#parts.clock.now()).flatMap((text) => parseVerifierKey(text) ?? []);
  }

  #look(of: ServerIdentity, records: readonly KeyRecord[]): Succession {
    const { clock, rotateAfterMs } = this.#parts;
    const derive = (generation: number): Derived => this.#derive(of, generation);
    return succession({ records, uid: of.uid, now: clock.now(), rotateAfterMs, derive });
  }

  #heard(of: ServerIdentity): readonly KeyRecord[] {
    const [cached, published] = [this.#cached(of), this.#published.get(nameOf(of))];
    if (published === undefined) return cached;
    if (cached.every(({ generation }) => generation < published.generation)) return [...cached, published];
    this.#published.delete(nameOf(of));
    return cached;
  }

  /** Nothing is taken for lost because this replica has not heard of another authority yet, nor of another server. */
  async #settled(of: ServerIdentity, records: readonly KeyRecord[]): Promise<Succession> {
    const found = this.#look(of, records);
    if (!found.lost) return found;
    if (newestOf(records, of.uid) === undefined) {
      const server = await this.#parts.client.find(CUSTOM_RESOURCES.MCPServer, of);
      if (server?.metadata.uid !== of.uid) throw new Error(`${of.namespace}/${of.name} is another server by now`);
    }
    await this.#parts.certificates.refresh();
    return this.#look(of, records);
  }

  #derive({ namespace, name, uid }: ServerIdentity, generation: number): Derived {
    // Neither names nor uids have a space or a slash in them, so no two servers share the text.
    const seeds = this.#parts.certificates.derive(`${PURPOSE} ${namespace}/${name} ${uid} ${generation}`);
    const keyName = `sallyport/${namespace}/${name}`;
    return {
      current: signingKey(keyName, seeds.current),
      next: seeds.next === undefined ? undefined : signingKey(keyName, seeds.next),
    };
  }

  async #write(of: ServerIdentity, stored: RawObject | undefined, data: Record<string, string | null>): Promise<void> {
    const { client, rootNamespace } = this.#parts;
    if (stored === undefined) {
      await client.create(RESOURCES.ConfigMap, { metadata: metadataOf(of, rootNamespace), data });
      return;
    }
    const { resourceVersion, name } = stored.metadata;
    const ref = { namespace: rootNamespace, name };
    await client.mergePatch(RESOURCES.ConfigMap, ref, { metadata: { resourceVersion }, data });
  }

  #tell({ namespace, name }: ServerIdentity, { key, generation, announcement }: KeyRecord, lost: boolean): void {
    const what = { server: `${namespace}/${name}`, key, generation };
    if (!lost) this.#parts.log.info(what, 'gates of this server sign their audit logs with this key from now on');
    else if (announcement === undefined) {
      this.#parts.log.warn(
        what,
        'gates of this server sign with a key that no other announces: the server, or the authority of the operator, is a new one. Give it to whoever verifies their logs',
      );
    }
  }

  #stored({ namespace, name }: ServerIdentity): Promise<RawObject | undefined> {
    const ref = { namespace: this.#parts.rootNamespace, name: auditKeysConfigMapName({ namespace, name }) };
    return this.#parts.client.find<RawObject>(RESOURCES.ConfigMap, ref);
  }

  #cached({ namespace, name }: ServerIdentity): readonly KeyRecord[] {
    const ref = { namespace: this.#parts.rootNamespace, name: auditKeysConfigMapName({ namespace, name }) };
    return this.#parts.caches.auditKeys.get(ref)?.records ?? [];
  }
}

function nameOf({ namespace, name }: ServerName): string {
  return `${namespace}/${name}`;
}

/**
 * Keeps what definitions of servers were when they were first used, and which of them people have accepted. Gates tell, each of its own
 * server; every replica answers. One writer at a time: a write names the version that it was made from, and the second one looks again.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.ts';
import { Waiting } from '../approvals/waiting.ts';
import type { Caches } from '../caches.ts';
import { CUSTOM_RESOURCES } from '../custom-resources.ts';
import { type ApiClient, ApiError, isConflict, isNotFound } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import type { RawObject, Ref } from '../kit/resource.ts';
import { pinsConfigMapName, serverOfPins } from '../names.ts';
import type { AskedAbout, DefinitionQuestions } from './questions.ts';
import { accept, isNew, type Pin, refuse, told, type Told } from './pin.ts';
import {
  keyOfPin,
  metadataOf,
  patchWith,
  type PinsData,
  pinsIn,
  readPin,
  type ServerIdentity,
  type StoredPins,
  uidIn,
} from './pins-object.ts';
import { type Snapshot, snapshotOf, versionOf } from './snapshot.ts';

export interface DefinitionPinsParts {
  readonly caches: Caches;
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly questions: Pick<DefinitionQuestions, 'ask'>;
  /** Where pins are kept: the operator's own. */
  readonly rootNamespace: string;
  readonly log: Logger;
}

/** Writers that meet at one object: the replicas of one server, all at once after a rollout. */
const MAX_ATTEMPTS = 8;
/** Of one server. A gate that was taken over must not keep the API server busy; one with a thousand tools needs some ten at its start. */
const MAX_TELLS = 60;
const TELLS_WITHIN_MS = 60_000;

/** There are more definitions than are kept, or it is told more often than anybody needs to. */
export class PinsFullError extends Error {
  override readonly name = 'PinsFullError';
}
export class TooOftenError extends Error {
  override readonly name = 'TooOftenError';
}

export class DefinitionPins {
  readonly #parts: DefinitionPinsParts;
  readonly #waiting = new Waiting();
  readonly #tells = new Map<string, { count: number; readonly until: number }>();

  constructor(parts: DefinitionPinsParts) {
    this.#parts = parts;
    parts.caches.pins.onChange(({ object: { metadata } }) => {
      const namespace = serverOfPins(metadata.name)?.namespace;
      // What one server has may clash with what a neighbour has.
      if (namespace !== undefined) this.#waiting.wake(namespace);
    });
  }

  /** `requester`: the ServiceAccount of the pod, who cannot decide on it. */
  async tell(of: ServerIdentity, all: readonly Told[], requester: string): Promise<void> {
    this.#countTell(of);
    const now = this.#parts.clock.now();
    const latest = new Map(all.map((one) => [keyOfPin(one), one]));
    const asked: AskedAbout[] = [];
    await this.#change(of, (data) => {
      asked.length = 0;
      return [...latest].flatMap(([key, one]) => {
        const before = readPin(data[key]);
        const after = told(before, one, now);
        if (after.held.includes(one.digest)) {
          const isFirst = isNew(after, one.digest);
          asked.push({ told: one, before: isFirst ? undefined : after.base, isNew: isFirst });
        }
        return after === before ? [] : [after];
      });
    });
    await this.#ask(of, asked, requester);
  }

  /** What the API server does not take, such as by a quota, or of one definition, keeps no other from being asked about. */
  async #ask(of: ServerIdentity, asked: readonly AskedAbout[], requester: string): Promise<void> {
    const { questions, log } = this.#parts;
    let failed: { readonly error: unknown } | undefined;
    for (const one of asked) {
      try {
        await questions.ask(of, one, requester);
      } catch (error) {
        const { namespace, server } = of;
        if (isRefusal(error)) log.warn({ err: error, namespace, server }, 'nobody can be asked about a definition');
        else failed = { error };
      }
    }
    if (failed !== undefined) throw failed.error;
  }

  /** A person has approved what a request was about. False where no definition of the server with this digest is held. */
  accept(of: ServerIdentity, digest: string): Promise<boolean> {
    return this.#settle(of, digest, accept);
  }

  refuse(of: ServerIdentity, digest: string): Promise<boolean> {
    return this.#settle(of, digest, refuse);
  }

  /** Of a server that is gone. */
  async forget(ref: { readonly namespace: string; readonly name: string }): Promise<void> {
    const stored = this.#cached(ref.namespace, ref.name);
    if (stored === undefined) return;
    // Caches are filled one by one: that of servers may not have heard yet of one whose pins are there.
    const uid = await this.#uidOf(ref);
    if (uid === undefined || uid !== uidIn(stored)) await this.#delete(stored);
  }

  snapshot({ namespace, server, uid }: ServerIdentity): Snapshot & { readonly version: string } {
    const own = this.#cached(namespace, server);
    const neighbours = [...this.#parts.caches.pins.byIndex('namespace', namespace)].flatMap((stored) => {
      const name = serverOfPins(stored.metadata.name)?.name;
      return name === undefined || name === server ? [] : [{ server: name, stored }];
    });
    const snapshot = snapshotOf(own !== undefined && uidIn(own) === uid ? own : undefined, neighbours);
    return { ...snapshot, version: versionOf(snapshot) };
  }

  /** Resolves when the snapshot has another version, or after `ms`, or when the signal aborts. */
  waitWhile(of: ServerIdentity, version: string, ms: number, signal: AbortSignal): Promise<void> {
    return this.#waiting.until(of.namespace, () => this.snapshot(of).version !== version, ms, signal);
  }

  async #settle(of: ServerIdentity, digest: string, change: (pin: Pin, digest: string) => Pin): Promise<boolean> {
    let isKnown = false;
    await this.#change(of, (data) => {
      const pin = pinsIn(data).find(({ held, accepted, refused }) => [held, accepted, refused].flat().includes(digest));
      isKnown = pin !== undefined;
      if (pin === undefined) return [];
      const after = change(pin, digest);
      return after === pin ? [] : [after];
    });
    return isKnown;
  }

  /** `change`: from what is stored, pins to write; none: nothing is written. It may be asked several times. */
  async #change(of: ServerIdentity, change: (data: PinsData) => readonly Pin[]): Promise<void> {
    const { client, rootNamespace } = this.#parts;
    const ref = { namespace: rootNamespace, name: pinsConfigMapName(of) };
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      // Not from the cache, which has no texts, and lags: a write that names an old version is in vain.
      const stored = await this.#stored(of);
      const data = stored?.data ?? {};
      const patch = patchWith(data, change(data));
      if (patch === undefined) throw new PinsFullError(`there are more definitions than are kept of a server`);
      if (Object.keys(patch).length === 0) return;
      try {
        if (stored === undefined) {
          await client.create(RESOURCES.ConfigMap, { metadata: metadataOf(of, rootNamespace), data: patch });
        } else {
          const { resourceVersion } = stored.metadata;
          await client.mergePatch(RESOURCES.ConfigMap, ref, { metadata: { resourceVersion }, data: patch });
        }
        return;
      } catch (error) {
        if (!isConflict(error) && !isNotFound(error)) throw error;
      }
    }
    throw new Error(`the pins of ${of.namespace}/${of.server} were written by others ${MAX_ATTEMPTS} times in a row`);
  }

  /** Of a server that had this name before, nothing is left. */
  async #stored(of: ServerIdentity): Promise<RawObject | undefined> {
    const { client, rootNamespace } = this.#parts;
    const ref = { namespace: rootNamespace, name: pinsConfigMapName(of) };
    const stored = await client.find<RawObject>(RESOURCES.ConfigMap, ref);
    if (stored === undefined || uidIn(stored) === of.uid) return stored;
    // Of the two it may be the caller who is of before, where this replica has not heard of the other yet.
    if ((await this.#uidOf({ namespace: of.namespace, name: of.server })) !== of.uid)
      throw new Error(`${of.namespace}/${of.server} is another server by now`);
    await this.#delete(stored);
    return undefined;
  }

  /** Of the server with this name, as it is now; undefined: there is none. */
  async #uidOf(ref: Ref): Promise<string | undefined> {
    const server = await this.#parts.client.find(CUSTOM_RESOURCES.MCPServer, ref);
    return server?.metadata.uid;
  }

  async #delete({ metadata: { namespace = '', name, uid } }: StoredPins | RawObject): Promise<void> {
    const { client, log } = this.#parts;
    await client.delete(RESOURCES.ConfigMap, { namespace, name }, uid === undefined ? {} : { uid });
    log.info({ name }, 'the pins of a server that is gone are deleted');
  }

  #cached(namespace: string, server: string): StoredPins | undefined {
    const name = pinsConfigMapName({ namespace, server });
    return this.#parts.caches.pins.get({ namespace: this.#parts.rootNamespace, name });
  }

  #countTell({ uid }: ServerIdentity): void {
    const now = this.#parts.clock.monotonic();
    const known = this.#tells.get(uid);
    if (known === undefined || now >= known.until) {
      this.#tells.set(uid, { count: 1, until: now + TELLS_WITHIN_MS });
      for (const [key, { until }] of this.#tells) if (now >= until) this.#tells.delete(key);
    } else if (++known.count > MAX_TELLS) throw new TooOftenError('definitions are told too often; wait a minute');
  }
}

/** To send the same again would not help. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

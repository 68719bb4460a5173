/**
 * Cosigns checkpoints of audit logs: of each stream only what goes on from the last one that was cosigned (C2SP tlog-witness). What is held
 * lies in ConfigMaps of the operator's namespace, where no namespace of a gate writes anything; a cosignature is given away only after it is
 * held there, and a write names the version that it was made from, so that of two replicas one looks again. What comes meanwhile goes into
 * the next write: the API server has as many as are allowed, however many gates there are.
 */
import type { Logger } from 'pino';
import type { Timers } from '../kit/clock.ts';
import type { Caches } from '../caches.ts';
import { type ApiClient, isConflict, isNotFound } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import type { Runnable } from '../kit/manager.ts';
import { compareResourceVersions, type RawObject } from '../kit/resource.ts';
import { OPERATOR_LABELS, witnessConfigMapName } from '../names.ts';
import type { CosigningKeys } from './cosigning-keys.ts';
import { type Entry, SHARDS, shardOf } from './entry.ts';
import type { WitnessMetrics } from './metrics.ts';
import { Pace } from './pace.ts';
import { roundOf, type Submitted, type WitnessAnswer } from './round.ts';
import { type Change, changeOf, metadataOf, readShard, type Shard, wholeOf } from './shard.ts';

export interface WitnessParts {
  readonly caches: Pick<Caches, 'witness' | 'pods' | 'podsOf'>;
  readonly client: Pick<ApiClient, 'find' | 'create' | 'mergePatch'>;
  readonly keys: Pick<CosigningKeys, 'keys'>;
  readonly metrics: WitnessMetrics;
  readonly clock: Timers;
  /** Between two writes of all replicas together. */
  readonly writeEveryMs: number;
  /** How long a stream is held whose gate is gone. */
  readonly keepEndedForMs: number;
  readonly rootNamespace: string;
  readonly log: Logger;
}

interface Waiting {
  readonly submitted: Submitted;
  readonly answer: (answer: WitnessAnswer) => void;
  readonly fail: (error: Error) => void;
}

/** Writers that meet at one shard: the replicas of the operator. */
const MAX_ATTEMPTS = 5;
/** A gate shows one at a time: of so many gates there is no room for the streams either. */
const MAX_WAITING = 2_000;
/** How often it is looked whether a stream has ended. */
const LOOK_EVERY_MS = 10 * 60_000;

/** It could not be said whether the checkpoint goes on; whoever has shown it may show it again. */
export class WitnessBusyError extends Error {
  override readonly name = 'WitnessBusyError';
}

export class Witness implements Runnable {
  readonly name = 'witness';
  /** Every replica is asked. */
  readonly needsLeader = false;
  readonly #parts: WitnessParts;
  readonly #pace: Pace;
  /** Whoever shows what conflicts has a whole shard read: a gate that does nothing else must not keep the API server busy. */
  readonly #reads: Pace;
  readonly #waiting = new Map<number, Waiting[]>();
  /** Uids of pods that wait for an answer. */
  readonly #asking = new Set<string>();
  /** As this replica has written or heard of them last: the cache may lag, or have lost one. */
  readonly #remembered = new Map<number, Shard>();
  #wake: (() => void) | undefined;

  constructor(parts: WitnessParts) {
    this.#parts = parts;
    this.#reads = new Pace(parts.clock, () => parts.writeEveryMs);
    this.#pace = new Pace(parts.clock, () => parts.writeEveryMs * Math.max(1, this.#replicas()));
  }

  /** `origin`: of the checkpoint. Its signature was verified. */
  async submit(origin: string, submitted: Submitted): Promise<WitnessAnswer> {
    if (this.#asking.has(submitted.uid))
      throw new WitnessBusyError('a checkpoint of this pod is being looked at; show the next one after its answer');
    if (this.#asking.size >= MAX_WAITING) throw new WitnessBusyError('too many checkpoints are being looked at');
    this.#asking.add(submitted.uid);
    try {
      const answer = await new Promise<WitnessAnswer>((resolve, reject) => {
        this.#enqueue(shardOf(origin), [{ submitted, answer: resolve, fail: reject }]);
      });
      this.#parts.metrics.checkpoint(answer.kind);
      if (answer.kind === 'fork') this.#tellFork(origin, submitted, answer.why);
      return answer;
    } catch (error) {
      this.#parts.metrics.checkpoint('failed');
      throw error;
    } finally {
      this.#asking.delete(submitted.uid);
    }
  }

  async start(signal: AbortSignal): Promise<void> {
    const look = (): void => {
      for (let shard = 0; shard < SHARDS; shard += 1) if (this.#leavesFrom(shard)) this.#enqueue(shard, []);
      cancel = this.#parts.clock.after(LOOK_EVERY_MS, look);
    };
    let cancel = this.#parts.clock.after(LOOK_EVERY_MS, look);
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
    while (!signal.aborted) {
      const [next] = this.#waiting;
      if (next === undefined) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const [shard, waiting] = next;
      this.#waiting.delete(shard);
      await this.#serve(shard, waiting, signal).catch((error: unknown) => {
        this.#parts.log.warn({ err: error, shard }, 'checkpoints could not be kept, and are not cosigned');
        for (const { fail } of waiting) fail(error instanceof Error ? error : new Error(String(error)));
      });
    }
    cancel();
    for (const { fail } of [...this.#waiting.values()].flat()) fail(new WitnessBusyError('the operator stops'));
  }

  #enqueue(shard: number, more: readonly Waiting[]): void {
    this.#waiting.set(shard, [...(this.#waiting.get(shard) ?? []), ...more]);
    this.#wake?.();
  }

  async #serve(shard: number, waiting: readonly Waiting[], signal: AbortSignal): Promise<void> {
    const { clock, keys, log } = this.#parts;
    const cosigners = await keys.keys();
    const submitted = waiting.map((one) => one.submitted);
    let [current, isFresh] = [this.#known(shard), false];
    for (let attempt = 0; attempt < MAX_ATTEMPTS;) {
      const round = roundOf(current?.entries ?? new Map(), submitted, cosigners, clock.now());
      if (round.isDoubtful && !isFresh) {
        [current, isFresh] = [await this.#stored(shard, signal), true];
        continue;
      }
      const change = this.#changeOf(current, round.put);
      if (Object.keys(change.data).length > 0) {
        attempt += 1;
        if (!(await this.#pace.turn(signal))) throw new WitnessBusyError('the operator stops');
        if (!(await this.#write(shard, current, change))) {
          [current, isFresh] = [await this.#stored(shard, signal), true];
          continue;
        }
      }
      for (const { note, pod, server } of change.leaves)
        log.info(
          { server, pod, checkpoint: note },
          'a stream that ended is witnessed no more; this is its last checkpoint',
        );
      for (const [at, { answer, submitted: one }] of waiting.entries()) {
        const found = round.answers[at] ?? FULL;
        answer(found.kind === 'cosigned' && change.full.includes(one.key) ? FULL : found);
      }
      return;
    }
    throw new WitnessBusyError(`checkpoints were written by others ${MAX_ATTEMPTS} times in a row`);
  }

  /** False where somebody else has written since. */
  async #write(shard: number, current: Shard | undefined, { data }: Change): Promise<boolean> {
    const { client, rootNamespace, metrics } = this.#parts;
    metrics.write();
    try {
      const resourceVersion = current?.metadata.resourceVersion;
      const metadata = metadataOf(shard, rootNamespace);
      const written =
        resourceVersion === undefined
          ? await client.create<RawObject>(RESOURCES.ConfigMap, { metadata, data: wholeOf(current, data) })
          : await client.mergePatch<RawObject>(
              RESOURCES.ConfigMap,
              { namespace: rootNamespace, name: metadata.name },
              { metadata: { resourceVersion }, data },
            );
      this.#remembered.set(shard, readShard(written));
      return true;
    } catch (error) {
      if (isConflict(error) || isNotFound(error)) return false;
      throw error;
    }
  }

  #changeOf(shard: Shard | undefined, put: ReadonlyMap<string, Entry>): Change {
    const { caches, clock, keepEndedForMs } = this.#parts;
    return changeOf(shard ?? { entries: new Map(), left: undefined }, put, {
      now: clock.now(),
      keepEndedForMs,
      isThere({ server, pod, uid }) {
        const namespace = server.slice(0, server.indexOf('/'));
        return caches.pods.get({ namespace, name: pod })?.metadata.uid === uid;
      },
    });
  }

  /** Those that have their share of the writes, as the chart labels them. */
  #replicas(): number {
    const { caches, rootNamespace } = this.#parts;
    return caches.podsOf(rootNamespace, OPERATOR_LABELS).length;
  }

  #leavesFrom(shard: number): boolean {
    return this.#changeOf(this.#known(shard), new Map()).leaves.length > 0;
  }

  /** The newer one of what was written here and what was heard of. */
  #known(shard: number): Shard | undefined {
    const { caches, rootNamespace } = this.#parts;
    const heard = caches.witness.get({ namespace: rootNamespace, name: witnessConfigMapName(shard) });
    const known = this.#remembered.get(shard);
    if (heard === undefined) return known;
    if (known !== undefined && known.metadata.uid === heard.metadata.uid && isNewer(known, heard)) return known;
    this.#remembered.set(shard, heard);
    return heard;
  }

  /** What somebody has deleted is made again with what this replica knows of it: a witness that forgets would cosign anything. */
  async #stored(shard: number, signal: AbortSignal): Promise<Shard | undefined> {
    if (!(await this.#reads.turn(signal))) throw new WitnessBusyError('the operator stops');
    const { client, rootNamespace, log } = this.#parts;
    const ref = { namespace: rootNamespace, name: witnessConfigMapName(shard) };
    const stored = await client.find<RawObject>(RESOURCES.ConfigMap, ref);
    if (stored !== undefined) return readShard(stored);
    const known = this.#known(shard);
    if (known === undefined) return undefined;
    log.error(
      { name: ref.name },
      'somebody has deleted what is witnessed of audit logs; it is made again as it is known here',
    );
    const { resourceVersion: _, uid: __, ...metadata } = known.metadata;
    return { ...known, metadata };
  }

  #tellFork(origin: string, { server, pod, head }: Submitted, why: string): void {
    this.#parts.log.error(
      { server, pod, stream: origin, size: head.size, why },
      'a gate has shown a checkpoint that does not go on from the one before: its log was written anew, or somebody else signs in its name. It is not cosigned',
    );
  }
}

function isNewer({ metadata: a }: Shard, { metadata: b }: Shard): boolean {
  return compareResourceVersions(a.resourceVersion ?? '', b.resourceVersion ?? '') > 0;
}

const FULL: WitnessAnswer = { kind: 'full', why: 'there is no room to keep it' };

/**
 * Keeps servers with a `targetRef` filled in: what everybody else reads from the caches has a selector. Targets are asked for by their
 * names every now and then instead of watched, since what runs pods hardly ever changes its selector, and the operator is to see as few
 * objects of others as it can. Before a pod is said to be nobody's, admission has them asked for anew.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Caches } from '../caches.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { sleep, type Timers } from '../kit/clock.ts';
import type { Runnable } from '../kit/manager.ts';
import type { RawObject } from '../kit/resource.ts';
import { keyOf } from '../kit/store.ts';
import { parseServer } from '../parsed.ts';
import { fillIn, type Found, type Resolution, targetOf } from './resolution.ts';
import { resolveTarget } from './resolve.ts';

const TICK_MS = 1_000;
/** Until it is found somebody waits for it. */
const LOST_MS = 5_000;
const FOUND_MS = 60_000;
/** Questions at a time. */
const AT_ONCE = 8;

const NOT_ASKED: Resolution = {
  kind: 'lost',
  reason: 'TargetPending',
  message: 'The target of spec.workload.targetRef has not been looked for yet.',
};

interface Known {
  /** What it was the answer to: another target, another answer. */
  readonly of: unknown;
  readonly resolution: Resolution;
  /** What was found last. */
  readonly found: Found | undefined;
  readonly askAt: number;
}

export interface TargetsParts {
  readonly caches: Pick<Caches, 'declared' | 'servers'>;
  readonly client: Pick<ApiClient, 'find'>;
  readonly clock: Timers;
  readonly log: Logger;
}

export class Targets implements Runnable {
  readonly name = 'targets of servers';
  /** Admission of every replica needs them. */
  readonly needsLeader = false;
  readonly #parts: TargetsParts;
  readonly #known = new Map<string, Known>();
  /** By server: what is asked now, and the question after it, which has not begun. */
  readonly #asking = new Map<string, Promise<Resolution>>();
  readonly #next = new Map<string, Promise<Resolution>>();

  constructor(parts: TargetsParts) {
    this.#parts = parts;
  }

  /** As it was written, to as it is placed: from what is known, without asking anybody. */
  place(server: RawObject): RawObject {
    const target = targetOf(server);
    if (target === undefined) {
      this.#known.delete(keyOf(server));
      return server;
    }
    const known = this.#answerTo(server);
    return fillIn(server, known?.resolution ?? NOT_ASKED, known?.found);
  }

  /** The same from the API server, at once; rejects where that does not answer. */
  async placeAnew(server: RawObject): Promise<RawObject> {
    if (targetOf(server) === undefined) return server;
    return fillIn(server, await this.#askNext(server));
  }

  /**
   * A question that has not begun is shared by all who want an answer now: many pods that nobody selects, in a namespace of many servers,
   * must not ask for each server as often as there are pods. One that is under way may be older than the pod's workload.
   */
  #askNext(server: RawObject): Promise<Resolution> {
    const id = `${keyOf(server)} ${server.metadata.resourceVersion}`;
    const known = this.#next.get(id);
    if (known !== undefined) return known;
    const begin = async (): Promise<Resolution> => {
      this.#next.delete(id);
      const asking = this.#ask(server);
      this.#asking.set(id, asking);
      try {
        return await asking;
      } finally {
        if (this.#asking.get(id) === asking) this.#asking.delete(id);
      }
    };
    const next = (this.#asking.get(id) ?? Promise.resolve()).then(begin, begin);
    this.#next.set(id, next);
    return next;
  }

  async start(signal: AbortSignal): Promise<void> {
    do await this.refresh();
    while (await sleep(this.#parts.clock, TICK_MS, signal));
  }

  /** Asks for whatever is due. */
  async refresh(): Promise<void> {
    const { caches, clock, log } = this.#parts;
    const now = clock.monotonic();
    const due = [...caches.declared.list()].filter(
      (server) => targetOf(server) !== undefined && (this.#answerTo(server)?.askAt ?? -Infinity) <= now,
    );
    for (const key of this.#known.keys()) if (caches.declared.get(key) === undefined) this.#known.delete(key);
    while (due.length > 0) {
      await Promise.all(
        due.splice(0, AT_ONCE).map(async (server) => {
          try {
            await this.#ask(server);
          } catch (error) {
            // What was found is good for as long as nobody can say.
            log.warn(
              { err: error, server: keyOf(server) },
              'the target of a server could not be looked for; it is tried again',
            );
          }
        }),
      );
    }
  }

  async #ask(server: RawObject): Promise<Resolution> {
    const { caches, client, clock } = this.#parts;
    const key = keyOf(server);
    const target = targetOf(server);
    if (target === undefined) return NOT_ASKED;
    const hasPort = (server.spec?.['workload'] as { port?: unknown } | undefined)?.port !== undefined;
    const before = this.#answerTo(server);
    const resolution = await resolveTarget(server.metadata.namespace ?? '', target, hasPort, client);
    const askAt = clock.monotonic() + (resolution.kind === 'found' ? FOUND_MS : LOST_MS);
    const kept = keptOf(server, resolution, before?.found);
    const found = kept.kind === 'found' ? kept : before?.found;
    this.#known.set(key, { of: server.spec?.['workload'], resolution: kept, found, askAt });
    const current = caches.declared.get(key);
    if (current !== undefined && !isDeepStrictEqual(before?.resolution, kept))
      caches.servers.renew(this.place(current));
    return resolution;
  }

  #answerTo(server: RawObject): Known | undefined {
    const known = this.#known.get(keyOf(server));
    return known !== undefined && isDeepStrictEqual(known.of, server.spec?.['workload']) ? known : undefined;
  }
}

/**
 * Whoever writes the target need not be who may write the server: with a port or path that no server can have they would make the server
 * invalid, and stop its policy. So what was found before stays. Admission is told what is there all the same, and refuses such a pod.
 */
function keptOf(server: RawObject, resolution: Resolution, before: Found | undefined): Resolution {
  if (resolution.kind === 'lost' || before === undefined) return resolution;
  const parsed = parseServer(fillIn(server, resolution));
  if ('value' in parsed) return resolution;
  const message = `The target of spec.workload.targetRef says what no MCPServer can: ${parsed.problem}. Mend it there; until then its pods are served as before.`;
  return { kind: 'lost', reason: 'TargetNotUsable', message };
}

/** From the PATCH of a pack to the first call that is decided by it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { RawObject } from '../../operator/kit/resource.ts';
import { RESOURCES } from '../../operator/kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from '../../operator/custom-resources.ts';
import { keyOf } from '../../operator/kit/store.ts';
import { ANNOTATION } from '../../operator/names.ts';
import type { Row } from '../results.ts';
import { quantileOf, round } from '../statistics.ts';
import type { Context } from './effort.ts';
import { Expectation } from './expectation.ts';
import { type GuardedNode, NAMESPACE, ROOT_NAMESPACE, SERVER } from './guarded.ts';
import { whatIsRight } from './right.ts';
import type { Session } from './session.ts';

/** Between two calls: polled without a pause, the calls would take the processors away from what is measured. */
const PAUSE_MS = 3;
const SPACING_MS = 2_000;
/** Volumes are looked at every 100 ms by the kubelet: with a spacing of just so many times that, all changes would meet it at one moment. */
const JITTER_MS = 100;
const LIMIT_MS = 90_000;
const SAY_EVERY = 20;

const CLOSED = 'closed by the benchmark';
const EFFECTS = ['Deny', 'Allow'] as const;
type Effect = (typeof EFFECTS)[number];

/** How long each change took, in ms from the sending of the PATCH. */
interface Times {
  readonly patched: number[];
  /** Until the annotation of the pod was touched. From here on it is the kubelet's, and at the end the sidecar's. */
  readonly told: number[];
  readonly decided: number[];
  readonly enforced: number[];
}

export async function measureDelivery(
  guarded: GuardedNode,
  changes: number,
  { command, say }: Context,
): Promise<Row[]> {
  const bench = await DeliveryBench.open(guarded);
  try {
    // Both have been in force once: code is compiled, connections are open.
    await bench.run(4, SPACING_MS, () => {});
    const spaced = await bench.run(changes, SPACING_MS, (i) => say(`changes 2 s apart: ${i} of ${changes}`));
    const together = await bench.run(changes, 0, (i) => say(`changes back to back: ${i} of ${changes}`));
    const rows = (name: string, times: readonly number[], p50: number, p99: number, what: string): Row[] =>
      (
        [
          [0.5, 'p50', p50],
          [0.99, 'p99', p99],
        ] as const
      ).map(([q, suffix, max]) => ({
        result: {
          name: `delivery/${name}-${suffix}`,
          value: round(quantileOf(times, q), 0),
          unit: 'ms',
          aim: { max },
          command,
        },
        note: `${what}; ${round(quantileOf(times, 0), 0)} to ${round(quantileOf(times, 1), 0)}`,
      }));
    const parts = `of it the PATCH ${median(spaced.patched)}, until the pod was told ${median(spaced.told)}`;
    return [
      ...rows('2s-apart', spaced.decided, 150, 500, `${changes} changes until a call is decided by it, ${parts}`),
      ...rows(
        '2s-apart-acknowledged',
        spaced.enforced,
        500,
        1_500,
        'until status.policy says that every pod enforces it',
      ),
      ...rows(
        'back-to-back',
        together.decided,
        1_500,
        1_500,
        `${changes} changes, each as soon as the last one was seen`,
      ),
    ];
  } finally {
    await bench.close();
  }
}

interface Parts {
  readonly session: Session;
  readonly pod: string;
  readonly status: Expectation;
  readonly asked: Expectation;
  readonly revisions: ReadonlyMap<Effect, string>;
}

class DeliveryBench {
  readonly #guarded: GuardedNode;
  readonly #session: Session;
  readonly #status: Expectation;
  /** What the pods were asked to enforce. */
  readonly #asked: Expectation;
  readonly #pod: string;
  readonly #revisions: ReadonlyMap<Effect, string>;

  private constructor(guarded: GuardedNode, parts: Parts) {
    this.#guarded = guarded;
    this.#session = parts.session;
    this.#pod = parts.pod;
    this.#status = parts.status;
    this.#asked = parts.asked;
    this.#revisions = parts.revisions;
  }

  static async open(guarded: GuardedNode): Promise<DeliveryBench> {
    const { client } = guarded;
    const ref = { namespace: NAMESPACE, name: SERVER };
    const server = await client.get(CUSTOM_RESOURCES.MCPServer, ref);
    const pack = await client.get(CUSTOM_RESOURCES.PolicyPack, ref);
    const namespace = await client.get(RESOURCES.Namespace, { name: NAMESPACE });
    const namespaces = [{ metadata: { name: NAMESPACE, labels: namespace.metadata.labels ?? {} } }];
    const revisions = EFFECTS.map((effect): [Effect, string] => {
      const changed = { ...pack, spec: { ...pack.spec, ...toolsWith(effect) } };
      const right = whatIsRight({ namespaces, servers: [server], packs: [changed] }, ROOT_NAMESPACE, 'cluster.local');
      return [effect, right.servers.get(keyOf(server)) as string];
    });
    const log = pino({ level: 'silent' });
    const status = new Expectation({ client, log, resource: CUSTOM_RESOURCES.MCPServer, shownBy: shownByStatus });
    const asked = new Expectation({ client, log, resource: RESOURCES.Pod, shownBy: shownByPod });
    await Promise.all([status.ready, asked.ready]);
    const [session, pod] = [await guarded.session(), keyOf(await guarded.pod())];
    return new DeliveryBench(guarded, { session, pod, status, asked, revisions: new Map(revisions) });
  }

  async run(changes: number, spacingMs: number, say: (change: number) => void): Promise<Times> {
    const times: Times = { patched: [], told: [], decided: [], enforced: [] };
    for (let i = 0; i < changes; i++) {
      if (i % SAY_EVERY === 0) say(i + 1);
      const began = performance.now();
      await this.#change(EFFECTS[i % 2] as Effect, spacingMs > 0, times);
      if (spacingMs > 0) await sleep(Math.max(0, spacingMs + jitter() - (performance.now() - began)));
    }
    return times;
  }

  async #change(effect: Effect, awaitStatus: boolean, times: Times): Promise<void> {
    const revision = this.#revisions.get(effect) as string;
    this.#status.want(new Map([[`${NAMESPACE}/${SERVER}`, enforcedByAll(revision)]]));
    this.#asked.want(new Map([[this.#pod, revision]]));
    const began = performance.now();
    const patching = this.#guarded.client
      .mergePatch(CUSTOM_RESOURCES.PolicyPack, { namespace: NAMESPACE, name: SERVER }, { spec: toolsWith(effect) })
      .then(() => times.patched.push(performance.now() - began));
    await this.#decidedBy(effect);
    times.decided.push(performance.now() - began);
    await patching;
    times.told.push((await this.#asked.met(LIMIT_MS)) - began);
    if (awaitStatus) times.enforced.push((await this.#status.met(LIMIT_MS)) - began);
  }

  async #decidedBy(effect: Effect): Promise<void> {
    const deadline = performance.now() + LIMIT_MS;
    for (;;) {
      const answer = await this.#session.echo('hello');
      const isRefused = answer.includes(CLOSED);
      if (!isRefused && !answer.includes('Echo: hello')) throw new Error(`an answer that nobody expected: ${answer}`);
      if (isRefused === (effect === 'Deny')) return;
      if (performance.now() > deadline) throw new Error(`${effect} was not in force after ${LIMIT_MS / 1000} s`);
      await sleep(PAUSE_MS);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#status.stop(), this.#asked.stop()]);
  }
}

function toolsWith(effect: Effect): object {
  return { tools: [{ name: 'talk', names: ['echo'], effect, reason: CLOSED }] };
}

function shownByStatus({ status }: RawObject): string | undefined {
  const policy = status?.['policy'] as { revision: string; summary: string } | undefined;
  if (policy === undefined) return undefined;
  return policy.summary === '1/1' ? enforcedByAll(policy.revision) : `${policy.revision}, ${policy.summary}`;
}

function enforcedByAll(revision: string): string {
  return `${revision}, enforced`;
}

function shownByPod({ metadata }: RawObject): string | undefined {
  return metadata.annotations?.[ANNOTATION.revision];
}

function median(times: readonly number[]): number {
  return round(quantileOf(times, 0.5), 0);
}

function jitter(): number {
  return JITTER_MS * Math.random();
}

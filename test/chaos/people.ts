/** Who changes the policy, and who decides on held calls: at random times, and sure of nothing while the API server is away. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LABELS, NAMESPACE, SERVER } from '../cluster/rollouts/objects.ts';
import type { World } from '../cluster/rollouts/world.ts';
import { Random } from '../fuzz/random.ts';
import { TOOLS, type Vote, type Window } from './history.ts';

const AGAIN_MS = 500;
const REGIME = { leastMs: 2_000, moreMs: 8_000 };
const VOTE_EVERY_MS = 700;
const NO_IN = 4;
const STREAMS = { policy: 1_001, votes: 1_002 };

/** @param flipping whether the tool that is allowed in turn is. */
export function packOf(flipping: 'Allow' | 'Deny'): object {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'PolicyPack',
    metadata: { name: SERVER, namespace: NAMESPACE },
    spec: {
      targets: { matchLabels: LABELS },
      // Then no kill may cost a record.
      audit: { level: 'Required' },
      tools: [
        { name: 'free', names: [TOOLS.free], effect: 'Allow' },
        { name: 'in-turn', names: [TOOLS.flipping], effect: flipping },
        { name: 'ask', names: [TOOLS.held], effect: 'RequireApproval', reason: 'a person has to agree' },
        { name: 'never', names: [TOOLS.never], effect: 'Deny', reason: 'forbidden by policy' },
      ],
    },
  };
}

export class Policy {
  readonly forbidden: Window[] = [];
  readonly #world: World;
  readonly #over = new AbortController();
  readonly #work: Promise<void>;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#work = this.#flip(new Random(seed, STREAMS.policy));
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#work;
  }

  async #flip(random: Random): Promise<void> {
    let before = await revisionInForce(this.#world);
    while (!this.#over.signal.aborted) {
      await this.#put('Deny');
      const from = await this.#inForce(before);
      const regime = REGIME.leastMs + random.below(REGIME.moreMs);
      await sleep(regime, undefined, { signal: this.#over.signal }).catch(() => {});
      // Written, it may be in force at once, also where the answer to the write was lost.
      if (from !== undefined) this.forbidden.push({ tool: TOOLS.flipping, from: from.time, to: Date.now() });
      await this.#put('Allow');
      before = (await this.#inForce(from?.revision ?? before))?.revision ?? before;
      await sleep(REGIME.leastMs);
    }
  }

  /** Until it is taken: a try whose answer was lost may have been. */
  async #put(effect: 'Allow' | 'Deny'): Promise<void> {
    for (;;) {
      const taken = await this.#world.apply([packOf(effect)]).catch(() => undefined);
      if (taken !== undefined) return;
      await sleep(AGAIN_MS);
    }
  }

  /** Since when all gates are said to enforce another revision than `before`; undefined where the run ends before that. */
  async #inForce(before: string | undefined): Promise<{ revision: string; time: number } | undefined> {
    while (!this.#over.signal.aborted) {
      const revision = await revisionInForce(this.#world);
      if (revision !== undefined && revision !== before) return { revision, time: Date.now() };
      await sleep(AGAIN_MS);
    }
    return undefined;
  }
}

/** By the word of the condition `PolicyEnforced`; undefined while it is not True, or nobody can be asked. */
async function revisionInForce(world: World): Promise<string | undefined> {
  const path = '-o=jsonpath={.status.policy.revision} {.status.conditions[?(@.type=="PolicyEnforced")]}';
  const said = await world.kubectl('get', 'mcpserver.sallyport.dev', SERVER, path).catch(() => '');
  const [revision = '', ...rest] = said.split(' ');
  const condition = rest.join(' ');
  return condition.includes('"status":"True"') && condition.includes(revision) ? revision : undefined;
}

export class Voter {
  readonly votes: Vote[] = [];
  readonly #world: World;
  readonly #over = new AbortController();
  readonly #work: Promise<void>;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#work = this.#vote(new Random(seed, STREAMS.votes));
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#work;
  }

  async #vote(random: Random): Promise<void> {
    const asked = new Set<string>();
    const path = '-o=jsonpath={range .items[?(@.status.state=="Pending")]}{.metadata.name}{"\\n"}{end}';
    while (!this.#over.signal.aborted) {
      const pending = await this.#world.kubectl('get', 'approvalrequests', path).catch(() => '');
      for (const name of pending.split('\n').filter((one) => one !== '' && !asked.has(one))) {
        asked.add(name);
        await this.#decide(name, !random.oneIn(NO_IN));
      }
      await sleep(VOTE_EVERY_MS);
    }
  }

  /** Once: a vote that may or may not have been taken counts as one that was. */
  async #decide(approval: string, isApproved: boolean): Promise<void> {
    this.votes.push({ approval, isApproved, time: Date.now() });
    const status = { decision: isApproved ? 'Approved' : 'Denied', reason: 'chance' };
    const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })];
    await this.#world
      .kubectl('patch', 'approvalrequest', approval, ...patch, '--as=ada', '--as-group=system:masters')
      .catch(() => {});
  }
}

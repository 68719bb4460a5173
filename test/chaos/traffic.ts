/** Clients of both eras that call all the while: what is allowed, what is never allowed, what is in turn, and what a person is asked about. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { NAMESPACE, SERVER, TOKEN } from '../cluster/rollouts/objects.ts';
import { type Kind, type OpenClient, openClient } from '../cluster/support/load/clients.ts';
import { seenOf } from '../cluster/support/load/outcome.ts';
import { Wire } from '../cluster/support/load/wire.ts';
import { Random } from '../fuzz/random.ts';
import { type ClientCall, TOOLS } from './history.ts';

const KINDS: readonly Kind[] = ['v1 legacy', 'v2 legacy', 'v2 modern'];
const PAUSE_MS = 60;
const AFTER_FAILURE_MS = 250;
const CALLS_OF_A_SESSION = 30;
/** What did not come through is asked for once more, as people's agents do: with the same arguments. */
const TRIES = 2;
const TRACE_LENGTH = 32;

export class Traffic {
  readonly calls: ClientCall[] = [];
  readonly #over = new AbortController();
  readonly #clients: Promise<void>[];

  /** @param address of the Service. */
  constructor(seed: number, address: string) {
    const held = KINDS.map((kind) => ({ kind, tools: [TOOLS.held] }));
    const others = KINDS.map((kind) => ({
      kind,
      tools: [TOOLS.free, TOOLS.flipping, TOOLS.flipping, TOOLS.never],
    }));
    this.#clients = [...held, ...others].map(({ kind, tools }, i) =>
      this.#run(kind, tools, new Random(seed, i + 1), address),
    );
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#clients);
  }

  async #run(kind: Kind, tools: readonly string[], random: Random, address: string): Promise<void> {
    const url = `http://${SERVER}.${NAMESPACE}.svc/mcp`;
    while (!this.#over.signal.aborted) {
      const wire = new Wire({ address, keepsConnections: random.oneIn(2) });
      try {
        const client = await openClient(kind, url, TOKEN, wire);
        await this.#session(client, wire, tools, random);
        await client.close();
      } catch {
        await sleep(AFTER_FAILURE_MS);
      } finally {
        await wire.close();
      }
    }
  }

  async #session(client: OpenClient, wire: Wire, tools: readonly string[], random: Random): Promise<void> {
    for (let left = CALLS_OF_A_SESSION; left > 0 && !this.#over.signal.aborted; left -= 1) {
      const tool = random.pick(tools);
      const key = randomUUID();
      for (let tries = TRIES; tries > 0; tries -= 1) {
        const seen = await this.#call(client, wire, tool, key);
        if (seen === 'answered' || seen === 'denied') break;
        if (seen === 'session-ended') return;
        await sleep(AFTER_FAILURE_MS);
      }
      await sleep(PAUSE_MS);
    }
  }

  async #call(client: OpenClient, wire: Wire, tool: string, key: string): Promise<string> {
    const traceId = randomUUID().replaceAll('-', '').slice(0, TRACE_LENGTH);
    const started = Date.now();
    wire.last = {};
    const seen = await client.call(tool, { key }, traceId).then(
      (text) => (text.includes(key) ? 'answered' : 'another answer'),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        return /polic|denied/i.test(message) ? 'denied' : seenOf(wire.last, client.hasSession, message);
      },
    );
    this.calls.push({ key, traceId, tool, started, ended: Date.now(), isAnswered: seen === 'answered', seen });
    return seen;
  }

  /** For people: how often each tool was seen to end in which way. */
  table(): string {
    const counts = new Map<string, number>();
    for (const { tool, seen } of this.calls) counts.set(`${tool} ${seen}`, (counts.get(`${tool} ${seen}`) ?? 0) + 1);
    return [...counts]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([what, times]) => `${what} ${times}`)
      .join(', ');
  }
}

/**
 * The kill switch as whoever has an incident meets it: one command, two replicas that fall silent and come back, and who did it and why in
 * the log of each of them. A part of story.test.ts; how long it takes is printed, by
 * `SALLYPORT_FLIPS=25 vitest run --project node test/cluster/node/story.test.ts -t "from an empty cluster|the kill switch"`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openStream } from '../../support/event-stream.ts';
import { INITIALIZE, callTool, legacyHeaders, modernHeaders, modernRequest } from '../../support/messages.ts';
import { processOf } from '../support/container.ts';
import { kubectlPlugin, type Plugin } from '../support/plugin.ts';

const NAMESPACE = 'mcp-demo';
const SERVER = 'switch';
const LABELS = { app: SERVER };
const PACK_NAME = 'halt-switch';
const REASON = 'incident 4711';
const REPLICAS = 2;
/** A figure takes more of them than a test. */
const FLIPS = Number(process.env['SALLYPORT_FLIPS'] ?? 3);
/** What a busy machine may take; the figure is for an idle one. */
const WITHIN_MS = 5_000;
const SILENT_FOR_MS = 300;
/** Between two calls of a caller: as exact as what is measured. */
const PAUSE_MS = 5;

interface Parts {
  readonly k: (args: readonly string[], input?: string) => Promise<string>;
  readonly own: (...args: string[]) => Promise<string>;
  readonly soon: <T>(check: () => Promise<T>, timeout?: number) => Promise<T>;
}

interface PolicyLine {
  readonly packs: readonly { readonly ref: string; readonly halt?: object }[];
}

interface Pod {
  readonly name: string;
  readonly ip: string;
}

const objects = (image: string): object[] => [
  {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: SERVER, labels: LABELS },
    spec: { workload: { selector: { matchLabels: LABELS }, port: 'mcp' }, access: { anonymous: true } },
  },
  {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'PolicyPack',
    metadata: { name: SERVER },
    spec: { targets: { matchLabels: LABELS }, tools: [{ names: ['*'], effect: 'Allow' }] },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: SERVER },
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: 'server',
              image,
              env: [{ name: 'HOST', value: '127.0.0.1' }],
              ports: [{ name: 'mcp', containerPort: 3001 }],
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    },
  },
];

/** Calls one replica all the while, one call after the other. */
class Caller {
  readonly #url: string;
  #served = 0;
  #lastServed = 0;
  #lastRefused = 0;
  #firstOfState = performance.now();
  #isServed: boolean | undefined = undefined;
  #stopped = false;
  /** What was answered that is neither a result nor the refusal of the kill switch. */
  readonly odd: string[] = [];
  readonly #over: Promise<void>;

  constructor({ ip }: Pod) {
    this.#url = `http://${ip}:8484/mcp`;
    this.#over = this.#run();
  }

  get served(): number {
    return this.#served;
  }

  /** When the first call was sent of those that were all answered so, up to now; undefined where the last one was answered otherwise. */
  since(isServed: boolean): number | undefined {
    return this.#isServed === isServed ? this.#firstOfState : undefined;
  }

  /** Calls that were sent after a moment have been answered, and so. */
  hasSeen(isServed: boolean, after: number): boolean {
    return (isServed ? this.#lastServed : this.#lastRefused) > after && this.#isServed === isServed;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#over;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const sentAt = performance.now();
      const body = await this.#call().catch(String);
      const isServed = body.includes('"result"') && !body.includes('halted');
      if (!isServed && !body.includes(REASON)) this.odd.push(body.slice(0, 200));
      if (isServed !== this.#isServed) this.#firstOfState = sentAt;
      this.#isServed = isServed;
      if (isServed) {
        this.#served++;
        this.#lastServed = sentAt;
      } else this.#lastRefused = sentAt;
      await sleep(PAUSE_MS);
    }
  }

  async #call(): Promise<string> {
    const headers = Object.fromEntries(modernHeaders('tools/call', 'echo'));
    const body = modernRequest('tools/call', { name: 'echo', arguments: {} });
    const response = await fetch(this.#url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
    return response.text();
  }
}

/** Nearest rank. */
function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((p / 100) * sorted.length) - 1] ?? Number.NaN;
}

const inWords = (values: readonly number[]): string =>
  `p50 ${percentile(values, 50).toFixed(0)} ms, p99 ${percentile(values, 99).toFixed(0)} ms, worst ${Math.max(...values).toFixed(0)} ms`;

export function tellOfTheSwitch({ k, own, soon }: Parts): void {
  describe('the kill switch', { tags: ['halt'] }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-switch-'));
    let plugin: Plugin;
    let pods: Pod[] = [];
    let callers: Caller[] = [];

    /** Types a command; resolves with when it was typed, and when it said that it is done. */
    async function type(...args: string[]): Promise<{ typedAt: number; saidAt: number }> {
      const typedAt = performance.now();
      let saidAt = Number.NaN;
      const all = [...args, '-n', NAMESPACE];
      const line = (): void => {
        saidAt = performance.now();
      };
      const { signal } = new AbortController();
      const code = await plugin.follow(inject('nodeKubeconfig'), all, { signal, line });
      expect(code, all.join(' ')).toBe(0);
      return { typedAt, saidAt };
    }
    const halt = () => type('halt', '-l', `app=${SERVER}`, '--name', PACK_NAME, '--reason', REASON);
    const resume = () => type('resume', PACK_NAME);

    /** When every replica had come to serve, or to refuse, for good. */
    async function allAre(isServed: boolean, after: number): Promise<number> {
      await soon(async () => expect(callers.every((caller) => caller.hasSeen(isServed, after))).toBe(true), 15_000);
      return Math.max(...callers.map((caller) => caller.since(isServed) ?? Number.NaN));
    }

    async function logOf({ name }: Pod): Promise<Record<string, unknown>[]> {
      const id = await processOf(inject('nodeKubeconfig'), NAMESPACE, name, 'sallyport');
      const text = readFileSync(`/proc/${id}/root/var/lib/sallyport/audit.jsonl`, 'utf8');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    }

    beforeAll(async () => {
      plugin = await kubectlPlugin(folder);
      const path = 'jsonpath={.spec.template.spec.containers[0].image}';
      const image = await own('get', 'deployment', 'everything', '-o', path);
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects(image) });
      await soon(() => k(['-n', NAMESPACE, 'apply', '-f', '-'], list));
      await own('rollout', 'status', `deployment/${SERVER}`, '--timeout=90s');
      await own('wait', '--for=condition=Ready', `mcpserver/${SERVER}`, '--timeout=60s');
      const found = JSON.parse(await own('get', 'pods', '-l', `app=${SERVER}`, '-o', 'json')) as {
        items: { metadata: { name: string }; status: { podIP: string } }[];
      };
      pods = found.items.map(({ metadata, status }) => ({ name: metadata.name, ip: status.podIP }));
      expect(pods).toHaveLength(REPLICAS);
      callers = pods.map((pod) => new Caller(pod));
      await allAre(true, performance.now());
    }, 180_000);
    afterAll(async () => {
      await Promise.all(callers.map((caller) => caller.stop()));
      await own('delete', `policypack/${PACK_NAME}`, '--ignore-not-found');
      await own('delete', `deployment/${SERVER}`, `mcpserver/${SERVER}`, `policypack/${SERVER}`, '--wait=false');
      rmSync(folder, { recursive: true, force: true });
    });

    test('one command silences both replicas, ends what is open, and leaves them healthy; one more brings them back', async () => {
      const [{ ip } = expect.fail('there is no pod')] = pods;
      const url = `http://${ip}:8484/mcp`;
      const opened = await fetch(url, {
        method: 'POST',
        headers: Object.fromEntries(legacyHeaders()),
        body: INITIALIZE,
      });
      await opened.text();
      const session = Object.fromEntries(legacyHeaders(opened.headers.get('mcp-session-id') ?? ''));
      const stream = await openStream(url, { headers: { ...session, accept: 'text/event-stream' } });
      const echo = async (): Promise<string> =>
        (await fetch(url, { method: 'POST', headers: session, body: callTool('echo') })).text();
      expect(await echo()).toContain('"result"');

      const { saidAt } = await halt();
      await allAre(false, saidAt);
      const served = callers.map((caller) => caller.served);
      const reached = await reachedServers();
      await soon(async () => expect(stream.ended).toBe(true));
      expect(await echo()).toContain(`has halted everything here (${REASON})`);
      await sleep(SILENT_FOR_MS);
      expect(callers.map((caller) => caller.served)).toEqual(served);
      expect(await reachedServers()).toBe(reached);
      for (const path of ['healthz', 'readyz']) {
        const answers = await Promise.all(pods.map((pod) => fetch(`http://${pod.ip}:8485/${path}`)));
        expect(answers.map(({ status }) => status)).toEqual(pods.map(() => 200));
      }

      await allAre(true, (await resume()).saidAt);
      expect(await echo()).toContain('"result"');
      expect(callers.flatMap((caller) => caller.odd)).toEqual([]);
    }, 90_000);

    /** How many calls the servers themselves have seen. */
    async function reachedServers(): Promise<number> {
      const log = await own('logs', '-l', `app=${SERVER}`, '-c', 'server', '--tail=-1', '--max-log-requests=10');
      return log.split('\n').filter((line) => line.includes('tools/call')).length;
    }

    test(
      `${FLIPS} times on and off, it is as quick as any change of policy, and no call comes through in between`,
      async () => {
        const [silent, back, fromTyped]: [number[], number[], number[]] = [[], [], []];
        for (let i = 0; i < FLIPS; i++) {
          const off = await halt();
          const silentAt = await allAre(false, off.saidAt);
          silent.push(Math.max(0, silentAt - off.saidAt));
          fromTyped.push(silentAt - off.typedAt);
          const on = await resume();
          back.push(Math.max(0, (await allAre(true, on.saidAt)) - on.saidAt));
        }
        const said = `${FLIPS} flips over ${REPLICAS} replicas. Silent after the command has said so: ${inWords(silent)}; after it was typed: ${inWords(fromTyped)}. Back: ${inWords(back)}.`;
        console.log(said);
        expect(Math.max(...silent, ...back), said).toBeLessThan(WITHIN_MS);
        expect(callers.flatMap((caller) => caller.odd)).toEqual([]);
      },
      120_000 + FLIPS * 40_000,
    );

    test('who halted, why, and until when is in the log of each gate, beside what it refused', async () => {
      const by = (await k(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'])).trim();
      expect(by).not.toBe('');
      for (const pod of pods) {
        const log = await logOf(pod);
        const policies = log.flatMap(({ policy }) => (policy === undefined ? [] : [policy as PolicyLine]));
        const halts = policies.map(({ packs }) => packs.find(({ ref }) => ref.includes(PACK_NAME))?.halt);
        expect(halts.filter((one) => one !== undefined).length, pod.name).toBe(FLIPS + 1);
        expect(halts.find((one) => one !== undefined)).toMatchObject({
          by,
          reason: REASON,
          principals: null,
          tools: null,
        });
        expect(halts.at(-1), 'lifted').toBeUndefined();
        // Beside it are calls that the servers had when it came: they say which rule had let them through.
        const decision = { reason: 'halted', rules: [`${NAMESPACE}/${PACK_NAME}#halt`] };
        expect(log).toContainEqual(
          expect.objectContaining({ outcome: 'refused', decision: expect.objectContaining(decision) }),
        );
      }
    }, 60_000);
  });
}

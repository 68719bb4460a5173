/** The operator with a large cluster: how fast it is done, what it costs when there is nothing to do, what it holds in memory. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { RawObject, Ref } from '../../operator/kit/resource.ts';
import { RESOURCES } from '../../operator/kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from '../../operator/custom-resources.ts';
import { keyOf } from '../../operator/kit/store.ts';
import { LABEL, MANAGED_BY } from '../../operator/names.ts';
import type { Row } from '../results.ts';
import { round, spread } from '../statistics.ts';
import { BenchCluster, inParallel, interleave, NAMESPACE } from './cluster.ts';
import type { ApiEffort, Context } from './effort.ts';
import { Expectation } from './expectation.ts';
import { measureInjection } from './injection.ts';
import { BASELINE, type Population, populate } from './population.ts';
import type { OperatorProcess } from './process.ts';
import { type Right, shownByConfigMap, shownByPack, shownByServer, whatIsRight } from './right.ts';

const LIMIT_MS = 5 * 60_000;
/** What comes after the last change: packs are looked at half a second later, events are written in the background. */
const QUIET_MS = 3_000;
const CLUSTER_DOMAIN = 'cluster.local';
const { ConfigMap, Namespace, Service, ServiceAccount } = RESOURCES;
const { MCPServer, PolicyPack } = CUSTOM_RESOURCES;

export async function measureApiLevel(effort: ApiEffort, context: Context): Promise<Row[]> {
  context.say('etcd and kube-apiserver');
  const cluster = await BenchCluster.start();
  const bench = new ApiBench(cluster, populate(NAMESPACE, effort.size), context);
  try {
    const rows = await bench.startWithAll();
    rows.push(...(await bench.createAll()), ...(await bench.changeOne(effort.changes)));
    rows.push(...(await measureInjection(cluster, bench.population, effort, context)));
    rows.push(...(await bench.rest(effort.idleMs)));
    return rows;
  } finally {
    await bench.stop();
    await cluster.stop();
  }
}

class ApiBench {
  readonly population: Population;
  readonly #cluster: BenchCluster;
  readonly #context: Context;
  readonly #expectations;
  #operator: OperatorProcess | undefined;

  constructor(cluster: BenchCluster, population: Population, context: Context) {
    const { client } = cluster;
    const log = pino({ level: 'silent' });
    const labelSelector = `${LABEL.managedBy}=${MANAGED_BY}`;
    this.population = population;
    this.#cluster = cluster;
    this.#context = context;
    this.#expectations = {
      servers: new Expectation({ client, log, resource: MCPServer, shownBy: shownByServer }),
      packs: new Expectation({ client, log, resource: PolicyPack, shownBy: shownByPack }),
      configMaps: new Expectation({ client, log, resource: ConfigMap, labelSelector, shownBy: shownByConfigMap }),
    };
  }

  /** Everything is there before the operator: what it does after an update, or after it was away. */
  async startWithAll(): Promise<Row[]> {
    const { namespaces, servers, packs } = this.population;
    this.#say(`${servers.length} MCPServers and ${packs.length} PolicyPacks, and then the operator`);
    await inParallel(namespaces, (object) => this.#client.create(Namespace, object));
    // Without controllers nobody else makes it, and no pod is admitted without one.
    const account = { metadata: { namespace: this.population.crowded, name: 'default' } };
    await this.#client.create(ServiceAccount, account);
    await inParallel([...servers, ...packs], (object) => this.#create(object));
    const start = await this.#cluster.installChart();
    this.#want(whatIsRight(this.population, NAMESPACE, CLUSTER_DOMAIN));
    const began = performance.now();
    this.#operator = start();
    const took = (await this.#met()) - began;
    await this.#running.ready();
    return [this.#seconds('reconcile/started-with-all', took, 60, 'from the start of the process to the last status')];
  }

  /** Everything comes while the operator runs, through its webhooks, servers and packs mixed. */
  async createAll(): Promise<Row[]> {
    this.#say('the same, created while it runs');
    await this.#deleteAll();
    const { servers, packs } = this.population;
    const right = whatIsRight(this.population, NAMESPACE, CLUSTER_DOMAIN);
    this.#want(right);
    const began = performance.now();
    await inParallel(interleave(servers, packs), (object) => this.#create(object));
    const created = performance.now();
    const done = await this.#met();
    const note = `from the first create; ${seconds(done - created)} s from the last, by 16 clients in ${seconds(created - began)} s`;
    return [this.#seconds('reconcile/created-while-running', done - began, 60, note)];
  }

  /** One pack of the root namespace, and with it the policy of every server. */
  async changeOne(changes: number): Promise<Row[]> {
    const times: { configMaps: number; all: number; patch: number }[] = [];
    const ref = { namespace: NAMESPACE, name: BASELINE };
    for (let change = 1; change <= changes; change++) {
      this.#say(`a change for every server: ${change} of ${changes}`);
      await this.#quiet();
      const changed = withReason(this.population, `change ${change}`);
      const generations = new Map([[keyOf(ref), change + 1]]);
      this.#want(whatIsRight(changed, NAMESPACE, CLUSTER_DOMAIN, generations));
      const { spec } = changed.packs[0] as RawObject;
      const began = performance.now();
      await this.#client.mergePatch(PolicyPack, ref, { spec });
      const patched = performance.now();
      const configMaps = await this.#expectations.configMaps.met(LIMIT_MS);
      times.push({ configMaps: configMaps - began, all: (await this.#met()) - began, patch: patched - began });
    }
    const of = (pick: keyof (typeof times)[number]) => spread(times.map((time) => time[pick]));
    const { median, min, max } = of('configMaps');
    const note = `the slowest of ${changes}: ${seconds(min)} to ${seconds(max)}, median ${seconds(median)}; the PATCH itself ${round(of('patch').median, 0)} ms`;
    return [
      this.#seconds('fan-out/config-maps', max, 10, note),
      this.#seconds('fan-out/status', of('all').max, 10, 'the same until every status says so'),
    ];
  }

  /** After all of it. */
  async rest(ms: number): Promise<Row[]> {
    this.#say(`${ms / 1000} s of rest`);
    await this.#quiet();
    const began = performance.now();
    const count = (method = ''): Promise<number> => this.#running.metric('rest_client_requests_total', method);
    const [all, puts] = [await count(), await count('method="PUT"')];
    await sleep(ms);
    const renewals = (await count('method="PUT"')) - puts;
    const requests = (await count()) - all;
    const perMinute = (requests / (performance.now() - began)) * 60_000;
    const { residentMb, peakMb } = this.#running.memory();
    const { servers, packs } = this.population;
    const of = `with ${servers.length} servers and ${packs.length} packs`;
    return [
      this.#row(
        'idle/api-requests',
        round(perMinute, 1),
        '/min',
        120,
        `${requests} in ${ms / 1000} s, ${2 * renewals} for the lease; ${of}`,
      ),
      this.#row('memory/operator', round(residentMb, 0), 'MB', 256, `resident after all of it, ${of}`),
      this.#row('memory/operator-peak', round(peakMb, 0), 'MB', 256, 'the most it ever held'),
    ];
  }

  async stop(): Promise<void> {
    await this.#operator?.stop();
    for (const expectation of Object.values(this.#expectations)) await expectation.stop();
  }

  async #deleteAll(): Promise<void> {
    const { servers, packs } = this.population;
    const remove = (object: RawObject) => this.#client.delete(resourceOf(object), refOf(object));
    await inParallel([...servers, ...packs], remove);
    await this.#quiet();
    const collector = await this.#cluster.collector();
    const labelSelector = `${LABEL.managedBy}=${MANAGED_BY}`;
    for (const resource of [ConfigMap, Service]) {
      const { items } = await this.#client.list(resource, { labelSelector });
      await inParallel(items, (object) => collector.delete(resource, refOf(object)));
    }
    await collector.close();
    await this.#quiet();
  }

  async #quiet(): Promise<void> {
    await sleep(QUIET_MS);
    await this.#running.idle(LIMIT_MS);
  }

  #want({ servers, packs, configMaps }: Right): void {
    this.#expectations.servers.want(servers);
    this.#expectations.packs.want(packs);
    this.#expectations.configMaps.want(configMaps);
  }

  /** When the last of all came right. */
  async #met(): Promise<number> {
    const met = await Promise.all(Object.values(this.#expectations).map((expectation) => expectation.met(LIMIT_MS)));
    return Math.max(...met);
  }

  #create(object: RawObject): Promise<unknown> {
    return this.#client.create(resourceOf(object), object);
  }

  #seconds(name: string, ms: number, max: number, note: string): Row {
    return this.#row(name, seconds(ms), 's', max, note);
  }

  #row(name: string, value: number, unit: string, max: number, note: string): Row {
    return { result: { name: `operator/${name}`, value, unit, aim: { max }, command: this.#context.command }, note };
  }

  #say(what: string): void {
    this.#context.say(what);
  }

  get #client() {
    return this.#cluster.client;
  }

  get #running(): OperatorProcess {
    if (this.#operator === undefined) throw new Error('the operator was not started');
    return this.#operator;
  }
}

function withReason(population: Population, reason: string): Population {
  const [baseline, ...others] = population.packs;
  if (baseline?.spec === undefined) throw new Error('there are no packs');
  const [rule, ...rules] = baseline.spec['tools'] as object[];
  const changed = { ...baseline, spec: { ...baseline.spec, tools: [{ ...rule, reason }, ...rules] } };
  return { ...population, packs: [changed, ...others] };
}

function resourceOf({ kind }: RawObject) {
  return kind === 'MCPServer' ? MCPServer : PolicyPack;
}

function refOf({ metadata: { namespace, name } }: RawObject): Ref {
  return namespace === undefined ? { name } : { namespace, name };
}

function seconds(ms: number): number {
  return round(ms / 1000, 1);
}

/**
 * A real Prometheus collects from real gates with traffic of all kinds (allowed, denied, refused at the door, held, a server that is away)
 * with an archive that takes their records, and from the operator's metrics: every query of every dashboard and rule runs there, and those that speak of this traffic have data.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OperatorDouble } from '../../sidecar/testing/operator-double.ts';
import { AdminServer } from '../../sidecar/telemetry/admin-server.ts';
import { DASHBOARDS } from '../../scripts/monitoring/dashboards.ts';
import { GROUPS } from '../../scripts/monitoring/rules.ts';
import { archiveRegistry, gateRegistry, registeredIn } from '../docs/own-metrics.ts';
import { ArchiveProcess } from '../support/archive-process.ts';
import { eventually } from '../support/eventually.ts';
import { startFixture } from '../support/fixture-server.ts';
import { startGate } from '../support/gate.ts';
import { policyHolding, transfer } from '../support/held-calls.ts';
import { modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { busyOperator } from '../support/operator-metrics.ts';
import { type PackSpec, bundleOf } from '../support/policy.ts';
import { Prometheus, type ScrapeTarget, whyNoPrometheus } from '../support/prometheus.ts';
import { metricsIn } from '../support/promql.ts';
import { rawExchange } from '../support/raw-http.ts';
import { bearer } from '../support/session.ts';
import { startSidecar } from '../support/sidecar-process.ts';

const missing = whyNoPrometheus();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

/** Of what this traffic does not have, and a word why. */
const WITHOUT_DATA: Readonly<Record<string, string>> = {
  sallyport_memory_limit_bytes: 'no limit of memory where this runs',
  sallyport_state_connected: 'the gate shares no store with others',
  sallyport_state_seconds: 'as above',
  sallyport_state_failures_total: 'as above',
  sallyport_state_fallbacks_total: 'as above',
};

const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

function use<T extends { close(): unknown }>(thing: T): T {
  closers.push(() => thing.close());
  return thing;
}

const RULES = join(import.meta.dirname, '../../charts/sallyport/alerts/rules.yaml');

async function call(port: number, tool: string, headers: readonly (readonly [string, string])[] = []): Promise<void> {
  const body = modernRequest('tools/call', { name: tool, arguments: { note: 'rather long' } });
  await rawExchange(port, { headers: [...modernHeaders('tools/call', tool), ...headers], body });
}

interface Busy {
  readonly adminPort: number;
  traffic(): Promise<void>;
}

/** A gate as a pod has it, in front of a server that goes away in the middle. */
async function startOrders(archive: ArchiveProcess): Promise<Busy> {
  const server = await startFixture();
  let isThere = true;
  const leave = async (): Promise<void> => {
    if (isThere) await server.close();
    isThere = false;
  };
  closers.push(leave);
  const rules: PackSpec = {
    tools: [
      { names: ['echo'], effect: 'Allow', arguments: { note: { type: 'string', maxLength: 5, mode: 'Shadow' } } },
      { names: ['danger'], effect: 'Deny', reason: 'too dangerous' },
    ],
  };
  const operator = use(await OperatorDouble.start());
  // Who cosigns is another test's matter; that it was done is what a gate shows.
  operator.witness = ({ checkpoint }) => ({
    status: 200,
    body: { size: Number(String(checkpoint).split('\n')[1]), cosignatures: '— witness AAAA\n' },
  });
  const bundle = use(new MountedVolume({ 'bundle.json': bundleOf(rules, { anonymous: true }).text }));
  const { port, adminPort } = use(
    await startSidecar({
      SALLYPORT_SERVER: 'shop/orders',
      SALLYPORT_UPSTREAM: server.url,
      SALLYPORT_BUNDLE_DIR: bundle.path,
      ...archive.gateEnv('shop/orders'),
      ...operator.env,
      SALLYPORT_AUDIT_STDOUT: 'true',
      // Nobody listens there.
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_BSP_SCHEDULE_DELAY: '200',
    }),
  );
  return {
    adminPort,
    async traffic() {
      for (let i = 0; i < 20; i++) {
        await call(port, 'echo');
        await call(port, 'danger');
        await call(port, 'echo', [bearer('sallyport_nobody-knows-this-one')]);
        await sleep(50);
      }
      await leave();
      for (let i = 0; i < 10; i++) await call(port, 'echo');
    },
  };
}

/** A gate of which a call is told to come back, one is approved and one denied. */
async function startLedger(): Promise<Busy> {
  const server = use(await startFixture());
  const gate = use(await startGate({ upstream: server.url, policy: policyHolding('500ms') }));
  const admin = use(new AdminServer(gate.gate));
  return {
    adminPort: await admin.listen('127.0.0.1', 0),
    async traffic() {
      for (const decision of [undefined, 'Approved', 'Denied'] as const) {
        const held = transfer(gate, { decision });
        const asked = (): string | undefined => gate.approvals.list().find(({ state }) => state === 'Pending')?.name;
        const name = await eventually('a call is held', asked);
        if (decision === undefined) await held;
        gate.approvals.decide(name, decision ?? 'Denied', 'ada', undefined);
        await held;
      }
    },
  };
}

let prometheus: Prometheus;
let ports: { gate: number; archive: number };

describe.skipIf(missing !== undefined)('a real Prometheus', () => {
  beforeAll(async () => {
    const archive = use(await ArchiveProcess.start());
    const orders = await startOrders(archive);
    ports = { gate: orders.adminPort, archive: archive.metricsPort };
    const ledger = await startLedger();
    const operator = use(await busyOperator(['finance/ledger', 'shop/orders']));
    const gates = 'monitoring/sallyport-sidecars';
    const targets: ScrapeTarget[] = [
      { job: gates, port: orders.adminPort, labels: { namespace: 'shop', pod: 'orders-1' } },
      { job: gates, port: ledger.adminPort, labels: { namespace: 'finance', pod: 'ledger-1' } },
      { job: 'sallyport-operator', port: operator.port },
      { job: 'sallyport-archive', port: archive.metricsPort },
    ];
    prometheus = use(await Prometheus.start(targets, RULES));
    await eventually(
      'every target is collected',
      async () => (await prometheus.query('up == 1')).length === targets.length,
    );
    const busy = setInterval(() => operator.work(), 100);
    closers.push(() => clearInterval(busy));
    await Promise.all([orders.traffic(), ledger.traffic()]);
    // The first checkpoint is signed some seconds after the first record.
    await eventually('a checkpoint is witnessed', () =>
      prometheus.query('sallyport_audit_witness_last_success_timestamp_seconds > 0').then(({ length }) => length > 0),
    );
    // Rates need samples from before and after; records are with the archive within a second.
    await eventually('the archive has records', () =>
      archive.metrics().then((text) => /records_total [1-9]/.test(text)),
    );
    await sleep(1500);
  }, 60_000);

  describe.each(DASHBOARDS.map(({ name, rows }) => [name, rows] as const))('%s', (_, rows) => {
    it.each(rows.flatMap(({ panels }) => panels).map((panel) => [panel.title, panel] as const))(
      '%s',
      async (__, panel) => {
        for (const { expr } of panel.targets) {
          const query = filledIn(expr);
          const samples = await (panel.type === 'stat' ? prometheus.query(query) : prometheus.queryRange(query));
          const why = metricsIn(expr)
            .map((name) => WITHOUT_DATA[name])
            .find((reason) => reason !== undefined);
          if (why === undefined) expect(samples, filledIn(expr)).not.toEqual([]);
        }
      },
    );
  });

  it.each([
    ['gate', () => ports.gate, gateRegistry],
    ['archive', () => ports.archive, archiveRegistry],
  ] as const)('finds at a real %s every metric that documents and dashboards know of', async (_, port, registry) => {
    const text = await (await fetch(`http://127.0.0.1:${port()}/metrics`)).text();
    const names = Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name = '']) => name);
    const known = (await registeredIn(registry())).map(({ name }) => name);
    const wanted = known.filter((name) => names.includes(name) || WITHOUT_DATA[name] === undefined);
    // The library has some of its own for the process.
    expect(names).toEqual(expect.arrayContaining(wanted));
    expect(names.filter((name) => name.startsWith('sallyport_') && !wanted.includes(name))).toEqual([]);
  });

  it('evaluates every rule without an error', async () => {
    const wanted = GROUPS.flatMap(({ records = [], alerts }) => [
      ...records.map(({ record }) => record),
      ...alerts.map(({ name }) => name),
    ]);
    const rules = await eventually('every rule is evaluated', async () => {
      const found = await prometheus.rules();
      return found.length > 0 && found.every(({ health }) => health !== 'unknown') ? found : undefined;
    });
    expect(rules.map(({ name }) => name).toSorted()).toEqual(wanted.toSorted());
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('records what rules compute', async () => {
    for (const { record } of GROUPS.flatMap(({ records = [] }) => records)) {
      expect(await prometheus.query(record), record).not.toEqual([]);
    }
  });

  it('would tell of a query that is wrong', async () => {
    await expect(prometheus.query('sum by (server (x)')).rejects.toThrow(/parse error/);
  });

  it('sees what a gate with an operator says of it', async () => {
    expect(await prometheus.query('sallyport_operator_report_taken{server="shop/orders"} == 1')).toHaveLength(1);
  });

  it.each(['sallyport_overhead_seconds_bucket', 'sallyport_upstream_seconds_bucket'])(
    'finds traces by the exemplars of %s',
    async (name) => {
      const [first] = await prometheus.exemplars(name);
      expect(first?.['trace_id']).toMatch(/^[0-9a-f]{32}$/);
    },
  );

  it('turns what is wrong into alerts that wait for their time', async () => {
    const waiting = await prometheus.query('ALERTS{alertstate="pending"}');
    const found = waiting.map(({ metric }) => `${metric['alertname']} ${metric['server'] ?? ''}`);
    expect(found).toContain('SallyportUpstreamAvoided shop/orders');
    expect(found).toContain('SallyportNoPolicy finance/ledger');
    expect(found).toContain('SallyportServerNotReady finance/ledger');
    expect(found.filter((alert) => alert.startsWith('SallyportAuditFailing'))).toEqual([]);
  });
});

it('callers can make no more than a bounded number of series, whatever names and tokens they invent', async () => {
  const gate = use(await startGate({ upstream: 'http://127.0.0.1:1/mcp', clients: {} }));
  const lines = async (): Promise<number> => (await gate.gate.metrics.registry.metrics()).split('\n').length;
  await call(gate.port, 'one');
  const before = await lines();
  for (let i = 0; i < 300; i++) {
    await call(gate.port, `tool-${i}-${'x'.repeat(i)}`, i % 2 === 0 ? [] : [[...bearer(`sallyport_${i}`)]]);
  }
  // At most two hundred names, one for all others, and the ends that a call can have.
  expect((await lines()) - before).toBeLessThan(2 * 201);
  for (let i = 300; i < 400; i++) await call(gate.port, `tool-${i}`);
  expect((await lines()) - before).toBeLessThan(2 * 201);
});

function filledIn(expr: string): string {
  return expr.replaceAll('$server', '.+').replaceAll('$__rate_interval', '20s');
}

/**
 * The metrics that our programs show, from the code that registers them. Whoever adds a class of metrics adds it here: a test compares
 * this with the names in the source.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { ArchiveMetrics } from '../../archive/metrics.ts';
import { AdmissionMetrics } from '../../operator/admission/metrics.ts';
import { ApprovalMetrics } from '../../operator/approvals/metrics.ts';
import { Caches } from '../../operator/caches.ts';
import { registerClusterMetrics } from '../../operator/cluster-metrics.ts';
import { HooksMetrics } from '../../operator/hooks/metrics.ts';
import { ControllerMetrics } from '../../operator/kit/metrics.ts';
import { NotifyMetrics } from '../../operator/notify/metrics.ts';
import { droppedCounter } from '../../operator/open-telemetry.ts';
import { Certificates, type CertificatesOptions } from '../../operator/tls/certificates.ts';
import { WitnessCopies, type WitnessCopiesParts } from '../../operator/witness/copies.ts';
import { WitnessMetrics } from '../../operator/witness/metrics.ts';
import { ShipMetrics } from '../../sidecar/archive-client/metrics.ts';
import { HopCounts } from '../../sidecar/hop/counts.ts';
import { TlsCounts } from '../../sidecar/tls/counts.ts';
import { Metrics } from '../../sidecar/telemetry/metrics.ts';
import { StateMetrics } from '../../sidecar/telemetry/state-metrics.ts';
import { WitnessMetrics as GateWitnessMetrics } from '../../sidecar/telemetry/witness-metrics.ts';
import { root } from './pages.ts';

export interface Registered {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

export function gateRegistry(): Registry {
  const { registry, history } = new Metrics('finance/ledger');
  history.watchRisk(async () => []);
  void new GateWitnessMetrics(registry, 'finance/ledger');
  void new ShipMetrics(registry, 'finance/ledger');
  void new HopCounts(registry, 'finance/ledger');
  void new TlsCounts(registry, () => 'finance/ledger');
  void new StateMetrics(registry, () => 'finance/ledger');
  return registry;
}

export function operatorRegistry(): Registry {
  const registry = new Registry();
  void new ControllerMetrics(registry);
  void new AdmissionMetrics(registry);
  void new ApprovalMetrics(registry);
  void new WitnessMetrics(registry);
  // Likewise.
  void new WitnessCopies({ registry } as WitnessCopiesParts);
  registerClusterMetrics(registry, new Caches(), { now: () => 0, monotonic: () => 0 });
  void new NotifyMetrics(registry, []);
  void droppedCounter(registry);
  // Only what it registers when it is made is of interest.
  void new Certificates({ registry } as CertificatesOptions);
  return registry;
}

export function archiveRegistry(): Registry {
  return new ArchiveMetrics().registry;
}

export function hooksRegistry(): Registry {
  const registry = new Registry();
  void new HooksMetrics(registry);
  return registry;
}

/** Of one registry, in the order in which they were registered. */
export async function registeredIn(registry: Registry): Promise<Registered[]> {
  const types = new Map((await registry.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)]));
  const metrics = registry.getMetricsAsArray() as unknown as { name: string; labelNames: string[] }[];
  return metrics.map(({ name, labelNames }) => ({ name, type: types.get(name) ?? '', labels: [...labelNames] }));
}

/** Of all programs. */
export async function allRegistered(): Promise<Registered[]> {
  const each = await Promise.all(
    [gateRegistry(), operatorRegistry(), archiveRegistry(), hooksRegistry()].map(registeredIn),
  );
  return each.flat();
}

/** Names of our own in the files that speak to the metrics library. */
export function namesInSource(): string[] {
  const files = globSync('{sidecar,operator,archive}/**/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  const texts = files
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .filter((text) => text.includes("'prom-client'"));
  return texts.flatMap((text) => Array.from(text.matchAll(/'(sallyport_[a-z_]+[a-z])'/g), ([, name = '']) => name));
}

/** The metrics of an operator that has had something to do, over HTTP: its own classes, without a cluster. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { AdmissionMetrics } from '../../operator/admission/metrics.ts';
import { registerClusterMetrics } from '../../operator/cluster-metrics.ts';
import { SYSTEM_CLOCK } from '../../operator/kit/clock.ts';
import { ControllerMetrics } from '../../operator/kit/metrics.ts';
import { approvalRequest, cachesWith, mcpServer } from '../../operator/testing/gen.ts';
import { WitnessMetrics } from '../../operator/witness/metrics.ts';
import { Certificates, type CertificatesOptions } from '../../operator/tls/certificates.ts';

export interface OperatorMetrics {
  readonly port: number;
  /** Once more of everything. */
  work(): void;
  close(): Promise<void>;
}

const condition = (type: string, status: string) => ({ type, status, reason: 'R', message: '' });

export async function busyOperator(servers: readonly string[]): Promise<OperatorMetrics> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const kit = new ControllerMetrics(registry);
  const controllers = ['mcpserver', 'policypack', 'approvalrequest'].map((name) => ({
    reconciles: kit.controller(name, 1),
    queue: kit.queue(name),
  }));
  for (const { queue } of controllers) queue.watch(() => [0.5]);
  kit.leader('sallyport-operator', true);
  const admission = new AdmissionMetrics(registry).webhook('inject', {
    reasons: { allowed: ['injected'], refused: ['none'] },
  });
  const witness = new WitnessMetrics(registry);
  const status = {
    conditions: [condition('Ready', 'False'), condition('DefinitionsAccepted', 'False')],
    pods: { selected: 2, injected: 1, ready: 1 },
    policy: { revision: 'r', packs: [], enforced: 1, summary: '' },
  };
  const objects = servers.map((server) => {
    const [namespace = '', name = ''] = server.split('/');
    return mcpServer({ namespace, name, status });
  });
  const caches = cachesWith(...objects, approvalRequest({ status: { state: 'Pending' } }));
  registerClusterMetrics(registry, caches, SYSTEM_CLOCK);
  // An API server with an empty Secret, which the first certificates are written to.
  const client = {
    find: () => Promise.resolve(undefined),
    create: () => Promise.resolve({}),
  } as unknown as CertificatesOptions['client'];
  const log = pino({ level: 'silent' });
  const names = { namespace: 'sallyport-system', dnsNames: ['sallyport-operator.sallyport-system.svc'] };
  await new Certificates({ client, ...names, clock: SYSTEM_CLOCK, log, registry }).refresh();
  const server = createServer((_, response) => {
    void registry.metrics().then((text) => response.end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    work() {
      for (const { reconciles, queue } of controllers) {
        queue.added();
        reconciles.begun();
        reconciles.ended('success', 0.02, false);
      }
      witness.checkpoint('cosigned');
      witness.write();
      kit.request('GET', '200');
      admission.answered('allowed', 'injected', 0.004);
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

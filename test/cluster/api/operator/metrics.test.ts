/** What a real operator shows at /metrics: what dashboards and alerts ask for, and what it has written into the status of a server. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { ApiClient } from '../../../../operator/kit/api-client.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { operatorRegistry, registeredIn } from '../../../docs/own-metrics.ts';
import { eventually } from '../../../support/eventually.ts';
import { startOperator, type TestOperator } from '../../support/operator.ts';

/** A Collector, and a second witness: this operator has neither. */
const WHERE_CONFIGURED = /^sallyport_operator_(otlp_|witness_copies|witness_last_copy)/;

let operator: TestOperator;
let namespace: string;

beforeAll(async () => {
  const kubeconfig = inject('apiServerKubeconfig');
  const client = await ApiClient.fromKubeConfig({ fieldManager: 'test', kubeconfig });
  const { metadata } = await client.create(RESOURCES.Namespace, { metadata: { generateName: 'metrics-' } });
  namespace = metadata.name;
  await client.close();
  operator = await startOperator(kubeconfig, namespace);
});

afterAll(async () => operator.stop());

async function text(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${operator.config.ports.metrics}/metrics`);
  return response.text();
}

it('has every metric that the tests of documents and dashboards know of', async () => {
  const shown = await eventually('it answers', () => text().catch(() => undefined));
  const names = Array.from(shown.matchAll(/^# TYPE (\S+)/gm), ([, name = '']) => name);
  const known = (await registeredIn(operatorRegistry())).map(({ name }) => name);
  const wanted = known.filter((name) => !WHERE_CONFIGURED.test(name));
  expect(names.toSorted()).toEqual(wanted.toSorted());
});

it('tells conditions and pods of a server as its status does', async () => {
  const workload = { selector: { matchLabels: { app: 'ledger' } }, port: 'mcp' };
  await operator.client.create(CUSTOM_RESOURCES.MCPServer, {
    metadata: { namespace, name: 'ledger' },
    spec: { workload },
  });
  const server = `server="${namespace}/ledger"`;
  const shown = await eventually('the status is written', async () => {
    const found = await text();
    return found.includes(`sallyport_server_condition{${server},type="Ready"`) && found;
  });
  expect(shown).toContain(`sallyport_server_condition{${server},type="Injected",status="False"} 1`);
  expect(shown).toContain(`sallyport_server_pods{${server},state="selected"} 0`);
  expect(shown).toContain('controller_runtime_reconcile_total{controller="mcpserver",result="success"}');
});

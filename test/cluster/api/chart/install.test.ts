/** Install, upgrade, uninstall. No pod runs here; what the operator would write is written in its name and with its rights. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { BUILD_LIMIT_MS, ChartCluster, CHART, NAMESPACE, OPERATOR, RELEASE } from './release.ts';
import { HAS_VOTE_POLICIES } from './voter.ts';

let cluster: ChartCluster;
let before: string[] = [];
beforeAll(async () => {
  cluster = await ChartCluster.start();
  before = await everything();
  await cluster.install();
}, BUILD_LIMIT_MS);
afterAll(() => cluster?.server.stop());

/** The names of all objects there are, but events. */
async function everything(): Promise<string[]> {
  const kinds = await cluster.kubectl('api-resources', '--verbs=list', '--output=name');
  const wanted = kinds
    .split('\n')
    .filter((kind) => kind !== '' && !/^(events|events\.events|componentstatuses)/.test(kind));
  const names = await cluster.kubectl(
    'get',
    wanted.join(','),
    '--all-namespaces',
    '--output=name',
    '--ignore-not-found',
  );
  return names.split('\n').toSorted();
}

const configuration = (kind: string, name: string, webhooks: string[], caBundle: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name },
  webhooks: webhooks.map((webhook) => ({ name: webhook, clientConfig: { caBundle } })),
});

const CA = Buffer.from('certificates').toString('base64');

/** What the operator keeps in objects of the chart. */
async function writeAsOperator(): Promise<void> {
  const data = JSON.stringify({ data: { 'tls.key': 'c2VjcmV0' } });
  const secret = ['secret', 'sallyport-operator-tls', '-n', NAMESPACE];
  await cluster.as(OPERATOR, [], ['patch', ...secret, '--type=merge', '-p', data]);
  const lease = await cluster.get<object>('lease', 'sallyport-operator', '-n', NAMESPACE);
  const spec = { holderIdentity: 'pod-1', leaseDurationSeconds: 15 };
  await cluster.as(OPERATOR, [], ['replace', '-f', '-'], { ...lease, spec });
}

async function whatTheOperatorKeeps(): Promise<object> {
  const secret = await cluster.get<{ data?: object }>('secret', 'sallyport-operator-tls', '-n', NAMESPACE);
  const lease = await cluster.get<{ spec?: object }>('lease', 'sallyport-operator', '-n', NAMESPACE);
  const [injector, validator] = await Promise.all(
    ['mutatingwebhookconfiguration/sallyport-injector', 'validatingwebhookconfiguration/sallyport-validator'].map(
      (name) => cluster.get<{ webhooks: { clientConfig: { caBundle?: string } }[] }>(name),
    ),
  );
  const bundles = [injector, validator].flatMap((found) =>
    found?.webhooks.map(({ clientConfig }) => clientConfig.caBundle),
  );
  return { data: secret.data, spec: lease.spec, bundles };
}

it('the operator’s own names follow the namespace of the release', async () => {
  const webhooks = await cluster.get<object>('mutatingwebhookconfigurations,validatingwebhookconfigurations');
  const services = Array.from(
    JSON.stringify(webhooks).matchAll(/"service":(\{.*?\})/g),
    ([, text = '']) => JSON.parse(text) as object,
  );
  expect(services).toHaveLength(HAS_VOTE_POLICIES ? 5 : 6);
  for (const service of services) {
    expect(service).toMatchObject({ name: 'sallyport-operator', namespace: NAMESPACE, port: 443 });
  }
  const policy = await cluster.get<object>('validatingadmissionpolicy', 'sallyport-approvals');
  expect(JSON.stringify(policy)).toContain(`'${OPERATOR}'`);
});

it('the operator has the rights it needs on its own objects, and none on those of others', async () => {
  await cluster.kubectl('create', 'secret', 'generic', 'other', '-n', NAMESPACE);
  await eventually('the operator reads its Secret', () =>
    cluster.as(OPERATOR, [], ['get', 'secret', 'sallyport-operator-tls', '-n', NAMESPACE]).catch(() => false as const),
  );
  await expect(cluster.as(OPERATOR, [], ['get', 'secret', 'other', '-n', NAMESPACE])).rejects.toThrow('cannot get');
  await expect(cluster.as(OPERATOR, [], ['get', 'secrets', '-n', 'default'])).rejects.toThrow('cannot list');
  await expect(
    cluster.as(OPERATOR, [], ['delete', 'mutatingwebhookconfiguration', 'sallyport-injector']),
  ).rejects.toThrow('cannot delete');
  await cluster.kubectl('delete', 'secret', 'other', '-n', NAMESPACE);
});

it('an upgrade leaves alone what the operator keeps in objects of the chart', async () => {
  await writeAsOperator();
  const injector = ['namespaces', 'pods'].map((name) => `${name}.sallyport-injector.sallyport.dev`);
  const validator = ['resources', 'tokens', 'revocations'].map((name) => `${name}.sallyport-validator.sallyport.dev`);
  await cluster.asOperator(configuration('MutatingWebhookConfiguration', 'sallyport-injector', injector, CA));
  await cluster.asOperator(configuration('ValidatingWebhookConfiguration', 'sallyport-validator', validator, CA));
  const kept = await whatTheOperatorKeeps();
  expect(kept).toMatchObject({
    data: { 'tls.key': 'c2VjcmV0' },
    spec: { holderIdentity: 'pod-1' },
    bundles: [CA, CA, CA, CA, CA],
  });

  await cluster.helm(['upgrade', RELEASE, CHART], { replicas: 3, webhooks: { timeoutSeconds: 7 } });
  expect(await whatTheOperatorKeeps()).toEqual(kept);
  const { spec } = await cluster.get<{ spec: { replicas: number } }>(
    'deployment',
    'sallyport-operator',
    '-n',
    NAMESPACE,
  );
  expect(spec.replicas).toBe(3);
  const { webhooks } = await cluster.get<{ webhooks: { timeoutSeconds: number }[] }>(
    'mutatingwebhookconfiguration',
    'sallyport-injector',
  );
  expect(webhooks.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([7, 7]);
});

it('a second install is refused, since its objects are there already', async () => {
  await cluster.kubectl('create', 'namespace', 'second');
  await expect(cluster.helm(['install', 'second', CHART, '--namespace', 'second'])).rejects.toThrow(
    /exists|owned by|invalid ownership/i,
  );
  await cluster.kubectl('delete', 'namespace', 'second', '--wait=false');
});

it('an uninstall leaves nothing but the custom resource definitions', async () => {
  await cluster.uninstall();
  const left = (await everything()).filter((name) => !before.includes(name) && name !== 'namespace/second');
  expect(left).toEqual([]);
});

import { expect, test } from 'vitest';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { mcpServer } from '../testing/gen.ts';
import { inject } from './inject.ts';
import { isOutdated } from './outdated.ts';
import { readRecord } from './record.ts';
import type { InjectionSettings } from './render.ts';

const settings: InjectionSettings = {
  image: 'sidecar:1',
  imagePullPolicy: 'IfNotPresent',
  resources: { requests: { cpu: '50m' } },
  runAsUser: 65_532,
  logLevel: 'info',
  operatorUrl: 'https://operator:8443',
  stateSizeLimit: '1Gi',
};

function server(workload: object = {}, more: object = {}) {
  const spec = { workload: { selector: { matchLabels: { app: 'ledger' } }, port: 'mcp', ...workload }, ...more };
  return mcpServerSchema.parse(mcpServer({ spec }));
}

/** As the webhook wrote it into a pod by these settings. */
function recordOfPod(podSpec: object = {}) {
  const ports = [
    { name: 'mcp', containerPort: 9000 },
    { name: 'web', containerPort: 80 },
  ];
  const pod = { metadata: { labels: { app: 'ledger' } }, spec: { ...podSpec, containers: [{ name: 'app', ports }] } };
  const namespaceLabels = { 'sallyport.dev/injection': 'enabled' };
  const context = { namespace: 'finance', namespaceLabels, servers: [server()], settings };
  const found = readRecord(inject(pod, context).pod);
  if (found === undefined) throw new Error('it was not injected');
  return found;
}

const remote = mcpServerSchema.parse({ ...mcpServer(), spec: { remote: { url: 'http://x/mcp' } } });

test.each([
  ['nothing has changed', server(), settings, false],
  ['the same port is meant by its number', server({ port: 9000 }), settings, false],
  ['another port is meant', server({ port: 'web' }), settings, true],
  ['one more port is meant', server({ ports: [{ name: 'web', port: 'web' }] }), settings, true],
  ['another path is meant', server({ path: '/v2' }), settings, true],
  ['tokens are named', server({}, { access: { tokens: { secretName: 'clients' } } }), settings, true],
  ['there is another sidecar', server(), { ...settings, image: 'sidecar:2' }, true],
  ['its audit goes to standard output', server(), { ...settings, auditToStdout: true }, true],
  ['it logs another level', server(), { ...settings, logLevel: 'debug' }, true],
  ['its server says more of its gate', server({}, { gate: { logLevel: 'debug' } }), settings, true],
  ['its gate is given more memory', server({}, { gate: { resources: { limits: { memory: '1Gi' } } } }), settings, true],
  ['its server says of its gate what the chart says', server({}, { gate: { logLevel: 'info' } }), settings, false],
  ['its image is fetched with a Secret', server(), { ...settings, imagePullSecrets: ['registry'] }, true],
  ['a mirror may rewrite its image', server(), { ...settings, repositories: ['mirror/sidecar'] }, false],
  ['the operator is elsewhere', server(), { ...settings, operatorUrl: 'https://other:8443' }, true],
  ['the server has no pods any more', remote, settings, true],
])('when %s', (_, now, by, expected) => {
  expect(isOutdated(recordOfPod(), now, by)).toBe(expected);
});

test('a pod of a Job, or with little time to end, is held to what such a pod would get', () => {
  const record = recordOfPod({ restartPolicy: 'Never', terminationGracePeriodSeconds: 10 });
  expect(isOutdated(record, server(), settings)).toBe(false);
});

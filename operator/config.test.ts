import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig, readConfig } from './config.ts';

const LEAST = `
namespace: sallyport-system
serviceName: sallyport-operator
ports: {}
webhooks: {mutating: sallyport-injector, validating: sallyport-validator}
sidecar: {image: "ghcr.io/x/sidecar:1"}
`;

test('the least that has to be said, and what stands for the rest', () => {
  expect(parseConfig(LEAST, 'operator.yaml')).toEqual({
    namespace: 'sallyport-system',
    watchNamespaces: [],
    run: { enabled: true },
    serviceName: 'sallyport-operator',
    clusterDomain: 'cluster.local',
    ports: { webhook: 9443, sidecars: 9444, metrics: 8080 },
    webhooks: { mutating: 'sallyport-injector', validating: 'sallyport-validator' },
    tls: { injectedCaBundle: false },
    leaderElection: true,
    logLevel: 'info',
    sidecar: {
      image: 'ghcr.io/x/sidecar:1',
      imagePullPolicy: 'IfNotPresent',
      imagePullSecrets: [],
      repositories: [],
      resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '192Mi' } },
      runAsUser: 65_532,
      logLevel: 'info',
      stateSizeLimit: '1Gi',
      auditToStdout: false,
    },
    archive: { enabled: false },
    approvals: { keepSettledFor: 3_600_000 },
    hooks: { enabled: false },
    notifications: { channels: [], secrets: '/etc/sallyport-channels' },
    auditKeys: { rotateAfter: 7_776_000_000 },
    witness: { keepEndedFor: 86_400_000, writeEvery: 500 },
  });
});

test('durations are read, and a platform may give the user ids', () => {
  const config = parseConfig(
    `${LEAST.replace('{image:', '{runAsUser: null, image:')}approvals: {keepSettledFor: 10m}`,
    'x',
  );
  expect([config.sidecar.runAsUser, config.approvals.keepSettledFor]).toEqual([null, 600_000]);
});

test.each([
  ['a field that does not exist', `${LEAST}leaderElektion: true`, /the file: .*leaderElektion/],
  ['a port that is none', LEAST.replace('ports: {}', 'ports: {webhook: 0}'), / {2}ports\.webhook: /],
  ['a duration that is too short', `${LEAST}approvals: {keepSettledFor: 1s}`, / {2}approvals\.keepSettledFor: /],
  ['a name that is none', LEAST.replace('sallyport-system', 'Sally Port'), / {2}namespace: /],
  [
    'a share beyond all',
    LEAST.replace('{image:', '{telemetry: {endpoint: "http://c:1", samplerArg: "2"}, image:'),
    /telemetry\.samplerArg: .*share/,
  ],
  ['an endpoint that is none', LEAST.replace('{image:', '{telemetry: {endpoint: c}, image:'), /telemetry\.endpoint: /],
  [
    'its own Secret as that of the house',
    `${LEAST}tls: {secretName: sallyport-operator-tls}`,
    /tls\.secretName: .*name another/,
  ],
  ['a caBundle of nobody', `${LEAST}tls: {injectedCaBundle: true}`, /tls\.injectedCaBundle: needs tls\.secretName/],
  ['nothing', '', /the file: /],
  ['a list', '- a', /the file: /],
])('%s is named with the file', (_, text, says) => {
  expect(() => parseConfig(text, '/etc/sallyport/operator.yaml')).toThrow(says);
  expect(() => parseConfig(text, '/etc/sallyport/operator.yaml')).toThrow(
    '/etc/sallyport/operator.yaml is not a configuration of the operator:',
  );
});

test('every field that is wrong is named at once', () => {
  const text = LEAST.replace('ports: {}', 'ports: {webhook: 0, metrics: 70000}');
  expect(() => parseConfig(text, 'x')).toThrow(/ports\.webhook.*\n.*ports\.metrics/);
});

test('what is not YAML is said with the place', () => {
  expect(() => parseConfig('namespace: [a', 'operator.yaml')).toThrow(/^operator\.yaml is not YAML: .*line 1/s);
});

test('a file is read; one that cannot be is named with the reason', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'operator.yaml');
  expect(() => readConfig(file)).toThrow(`${file} cannot be read (ENOENT); give it with --config`);
  writeFileSync(file, LEAST);
  expect(readConfig(file).namespace).toBe('sallyport-system');
});

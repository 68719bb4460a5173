/** Who may read the archive, as a real API server says. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ownCluster, kubernetesReader, READER_AUDIENCE, type Cluster } from '../../../../archive/readers/kubernetes.ts';
import type { Reader } from '../../../../archive/readers/readers.ts';
import { eventually } from '../../../support/eventually.ts';
import { kubectl } from '../../api-server.ts';

const namespace = `archive-${randomUUID().slice(0, 8)}`;
const kubeconfig = (): string => inject('apiServerKubeconfig');
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const folder = mkdtempSync(join(tmpdir(), 'archive-readers-'));
let cluster: Cluster;
const tokens: Record<string, string> = {};

const token = async (account: string, ...more: string[]): Promise<string> =>
  (await kubectl(kubeconfig(), ['-n', namespace, 'create', 'token', account, ...more])).trim();

beforeAll(async () => {
  const run = (...args: string[]): Promise<string> => kubectl(kubeconfig(), args);
  await run('create', 'namespace', namespace);
  for (const account of ['archive', 'reader', 'auditor', 'nobody'])
    await run('-n', namespace, 'create', 'serviceaccount', account);
  await run(
    'create',
    'clusterrolebinding',
    `${namespace}-archive`,
    '--clusterrole=system:auth-delegator',
    `--serviceaccount=${namespace}:archive`,
  );
  await run('-n', namespace, 'create', 'role', 'reader', '--verb=get', '--resource=mcpservers.sallyport.dev/audit');
  await run(
    '-n',
    namespace,
    'create',
    'rolebinding',
    'reader',
    '--role=reader',
    `--serviceaccount=${namespace}:reader`,
  );
  await run(
    'create',
    'clusterrole',
    `${namespace}-auditor`,
    '--verb=get,update',
    '--resource=mcpservers.sallyport.dev/audit',
  );
  await run(
    'create',
    'clusterrolebinding',
    `${namespace}-auditor`,
    `--clusterrole=${namespace}-auditor`,
    `--serviceaccount=${namespace}:auditor`,
  );
  for (const account of ['reader', 'auditor', 'nobody'])
    tokens[account] = await token(account, `--audience=${READER_AUDIENCE}`);
  tokens['for the API server'] = await token('reader');
  const config = JSON.parse(readFileSync(kubeconfig(), 'utf8')) as {
    clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  };
  const [{ cluster: at }] = config.clusters as [(typeof config.clusters)[0]];
  const [caFile, tokenFile] = [join(folder, 'ca.crt'), join(folder, 'token')];
  writeFileSync(caFile, Buffer.from(at['certificate-authority-data'], 'base64'));
  writeFileSync(tokenFile, await token('archive'));
  const { hostname, port } = new URL(at.server);
  cluster = { host: hostname, port, caFile, tokenFile };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await kubectl(kubeconfig(), ['delete', 'namespace', namespace, '--wait=false']);
  for (const kind of ['clusterrolebinding', 'clusterrole'])
    for (const name of ['archive', 'auditor'])
      await kubectl(kubeconfig(), ['delete', kind, `${namespace}-${name}`, '--ignore-not-found']);
});

/** With nothing remembered. */
const ask = (who: string, verb: 'get' | 'update', server: string | undefined): Promise<Reader> =>
  kubernetesReader(cluster, clock)(tokens[who] ?? who, verb, server);
const own = `${namespace}/ledger`;

describe('who may read', () => {
  test('is who may get mcpservers/audit in the namespace of the server, by a token for the archive', async () => {
    const name = `system:serviceaccount:${namespace}:reader`;
    await eventually('the binding acts', async () => (await ask('reader', 'get', own)).kind === 'reader');
    expect(await ask('reader', 'get', own)).toEqual({ kind: 'reader', name });
    expect(await ask('reader', 'get', 'default/ledger')).toEqual({
      ...{ kind: 'refused', status: 403 },
      why: `${name} may not get mcpservers/audit in namespace default`,
    });
    expect(await ask('reader', 'get', undefined)).toMatchObject({
      status: 403,
      why: expect.stringContaining('name a server'),
    });
    expect(await ask('reader', 'update', undefined)).toMatchObject({ status: 403 });
    expect(await ask('nobody', 'get', own)).toMatchObject({ status: 403 });
  });

  test('is, for all servers and for holds, who may everywhere', async () => {
    await eventually('the binding acts', async () => (await ask('auditor', 'get', undefined)).kind === 'reader');
    expect((await ask('auditor', 'update', undefined)).kind).toBe('reader');
  });

  test('is nobody by a token for somebody else, or by none', async () => {
    const why = expect.stringContaining(`--audience ${READER_AUDIENCE}`) as string;
    expect(await ask('for the API server', 'get', own)).toEqual({ kind: 'refused', status: 401, why });
    expect(await ask('nonsense', 'get', own)).toMatchObject({ status: 401 });
  });

  test('is not known while the API server cannot be asked, and that is not remembered', async () => {
    const away = { ...cluster, port: '1' };
    const check = kubernetesReader(away, clock);
    expect(await check(tokens['reader'] ?? '', 'get', own)).toMatchObject({ status: 503 });
    const broken = kubernetesReader({ ...cluster, tokenFile: join(folder, 'nowhere') }, clock);
    expect(await broken(tokens['reader'] ?? '', 'get', own)).toMatchObject({ status: 503 });
  });

  test('is remembered for ten seconds', async () => {
    let now = 0;
    const where = { ...cluster };
    const check = kubernetesReader(where, { now: () => now, monotonic: () => now });
    const mine = tokens['auditor'] ?? '';
    expect((await check(mine, 'get', own)).kind).toBe('reader');
    Object.assign(where, { port: '1' });
    now = 9_999;
    expect((await check(mine, 'get', own)).kind).toBe('reader');
    now = 10_000;
    expect(await check(mine, 'get', own)).toMatchObject({ status: 503 });
  });
});

test('outside of a pod there is no cluster to ask', () => {
  expect(() => ownCluster({})).toThrow('KUBERNETES_SERVICE_HOST is not set');
  expect(ownCluster({ KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' })).toMatchObject({
    host: '10.0.0.1',
    port: '443',
  });
});

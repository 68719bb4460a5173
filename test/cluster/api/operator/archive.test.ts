/** The way of a gate's records: a certificate by the token of its pod, and an archive that knows it by the authority of the operator. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ArchiveMetrics } from '../../../../archive/metrics.ts';
import { ArchiveServer } from '../../../../archive/server.ts';
import { SqliteDatabase } from '../../../../archive/store/sqlite-database.ts';
import { ArchiveStore } from '../../../../archive/store/store.ts';
import { readTlsFiles } from '../../../../archive/tls-files.ts';
import { Chain, lineHash } from '../../../../core/audit/chain.ts';
import { openRecord } from '../../../../core/audit/gate-record.ts';
import { isGood, ServedCertificate } from '../../../../operator/served-certificate.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { ARCHIVE_TLS_SECRET, HOOKS_SERVICE, HOOKS_TLS_SECRET } from '../../../../operator/names.ts';
import { issueAuthority, issueServing } from '../../../../operator/tls/authority.ts';
import { OperatorIdentity } from '../../../../sidecar/archive-client/operator-identity.ts';
import { ArchiveSender } from '../../../../sidecar/archive-client/sender.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import type { TestOperator } from '../../support/operator.ts';
import { soon } from './bench.ts';
import { Installation } from './installation.ts';
import { ask, gatedPod, tokenOf } from './pod-identity.ts';

const { defer, use } = cleanupAfterEach();
const clock = { now: () => Date.now(), monotonic: () => performance.now() };

let on: Installation;
let operator: TestOperator;
beforeAll(async () => {
  on = await Installation.start();
  operator = await on.replica({ name: 'a', config: { archive: { enabled: true }, hooks: { enabled: true } } });
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

const ref = (name: string = ARCHIVE_TLS_SECRET) => ({ namespace: operator.config.namespace, name });
/** What the archive, or another, would have mounted. */
const secret = (of?: string): Promise<Record<string, string>> =>
  soon(async () => {
    const { data = {} } = await on.client.get(RESOURCES.Secret, ref(of));
    expect(Object.keys(data).toSorted()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
    const texts = Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString('utf8')]);
    return Object.fromEntries(texts) as Record<string, string>;
  });

test('a gate is known to the archive by what the operator gave both, and speaks for its own server alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'archive-of-cluster-'));
  defer(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(await secret())) writeFileSync(join(folder, name), text);
  const material = readTlsFiles(folder) ?? expect.fail('the Secret is not whole');
  const database = new SqliteDatabase(join(folder, 'archive.db'));
  const store = await ArchiveStore.open(database);
  defer(() => database.close());
  const log = pino({ level: 'silent' });
  const server = await use(
    new ArchiveServer({ store, readers: [], metrics: new ArchiveMetrics(), clock, log }, material),
  );
  const port = await server.listen(0, '127.0.0.1');

  const pod = await gatedPod(on);
  const asGate = {
    request: ({ path, body }: { path: string; body?: object }) =>
      ask(operator, pod.operatorCa, { path, token: pod.token, ...(body === undefined ? {} : { body }) }),
  };
  const identity = new OperatorIdentity(asGate, join(folder, 'ca.crt'), clock);
  const sender = await use(new ArchiveSender(`https://localhost:${port}`, identity));
  const sent = (name: string) => {
    const line = new Chain({ stream: `${name}/1`, server: name }).append(openRecord(Date.now()));
    return sender.send(Buffer.from(`${line}\n`), { stream: `${name}/1`, seq: 0, hash: lineHash(line) });
  };
  expect(await sent(`${pod.namespace}/ledger`)).toEqual({});
  expect(await sent(`${pod.namespace}/other`)).toMatchObject({
    failure: 'refused',
    why: expect.stringContaining('HTTP 403'),
  });
  expect(await store.streams()).toMatchObject([{ server: `${pod.namespace}/ledger` }]);
});

test('a certificate is for pods with a gate, and for keys that are some', async () => {
  const pod = await gatedPod(on);
  const of = (body: object, token = pod.token) =>
    ask(operator, pod.operatorCa, { path: '/v1/certificate', body, token });
  expect(await of({ publicKey: 'none' })).toMatchObject({ status: 400 });
  const unbound = await tokenOf(on, pod.namespace);
  expect((await of({ publicKey: 'none' }, unbound)).status).toBe(401);
});

test('the certificate of the archive is put back when it is gone, damaged or of another authority', async () => {
  const first = await secret();
  const { caBundle, issueServing: issue } = await authorities();
  const keeper = new ServedCertificate({
    of: 'archive',
    secretName: ARCHIVE_TLS_SECRET,
    client: operator.client,
    certificates: { ownAuthorities: () => caBundle, issueServing: issue },
    namespace: operator.config.namespace,
    dnsNames: ['sallyport-archive.x.svc'],
    clock: { ...clock, after: () => () => {} },
    log: pino({ level: 'silent' }),
  });
  await keeper.refresh();
  const other = await secret();
  expect(other['ca.crt']).toBe(caBundle);
  expect(other['tls.crt']).not.toBe(first['tls.crt']);
  await keeper.refresh();
  expect(await secret()).toEqual(other);
  await on.client.mergePatch(RESOURCES.Secret, ref(), { data: { 'tls.key': Buffer.from('x').toString('base64') } });
  await keeper.refresh();
  expect((await secret())['tls.key']).toContain('PRIVATE KEY');
  await on.client.delete(RESOURCES.Secret, ref());
  await keeper.refresh();
  expect((await secret())['ca.crt']).toBe(caBundle);
});

test('the hooks have a certificate of their own, for their Service', async () => {
  const { 'tls.crt': cert = '', 'tls.key': key, 'ca.crt': ca = '' } = await secret(HOOKS_TLS_SECRET);
  const { namespace, clusterDomain } = operator.config;
  const service = `${HOOKS_SERVICE}.${namespace}`;
  const names = [`${service}.svc`, service, `${service}.svc.${clusterDomain}`, 'localhost'];
  expect(isGood(cert, key, names, ca, Date.now())).toBe(true);
  expect(key).not.toBe((await secret())['tls.key']);
});

async function authorities() {
  const authority = issueAuthority(Date.now());
  return {
    caBundle: authority.cert,
    issueServing: (names: readonly string[]) => issueServing(authority, names, Date.now()),
  };
}

test('a certificate is good for its names, by an authority that is trusted, and for two thirds of its life', () => {
  const now = Date.now();
  const [authority, other] = [issueAuthority(now), issueAuthority(now)];
  const { cert, key } = issueServing(authority, ['a', 'b'], now);
  const good = (over: { cert?: string; names?: string[]; ca?: string; at?: number } = {}): boolean =>
    isGood(
      'cert' in over ? over.cert : cert,
      key,
      over.names ?? ['b', 'a'],
      over.ca ?? `${other.cert}${authority.cert}`,
      over.at ?? now,
    );
  expect(good()).toBe(true);
  expect(good({ cert: 'x' })).toBe(false);
  expect(good({ names: ['a'] })).toBe(false);
  expect(good({ names: ['a', 'c'] })).toBe(false);
  expect(good({ ca: other.cert })).toBe(false);
  expect(good({ at: now + 59 * 86_400_000 })).toBe(true);
  expect(good({ at: now + 61 * 86_400_000 })).toBe(false);
  expect(isGood(cert, undefined, ['a', 'b'], authority.cert, now)).toBe(false);
});

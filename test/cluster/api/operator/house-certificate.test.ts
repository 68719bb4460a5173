/** The operator with a certificate of the house: the API server and gates trust it, a change is served, and half of one is refused. */
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import type { RawObject } from '../../../../operator/kit/resource.ts';
import { dnsNamesOf } from '../../../../operator/tls/dns-names.ts';
import { issueAuthority, issueServing } from '../../../../operator/tls/authority.ts';
import { type KeyPair, readCertificate } from '../../../../operator/tls/read-certificate.ts';
import { BUILD_LIMIT_MS, NAMESPACE } from '../chart/release.ts';
import type { TestOperator } from '../../support/operator.ts';
import { soon } from './bench.ts';
import { Installation } from './installation.ts';
import { ask, gatedPod } from './pod-identity.ts';

const NAME = 'house';
const SECRET = { namespace: NAMESPACE, name: NAME };
const NAMES = dnsNamesOf({ name: 'sallyport-operator', namespace: NAMESPACE, clusterDomain: 'cluster.local' });
const [house, following] = [issueAuthority(Date.now()), issueAuthority(Date.now())];

let on: Installation;
beforeAll(async () => {
  on = await Installation.start({ tls: { secretName: NAME } });
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());
afterEach(async () => {
  await on.clear();
  await on.client.delete(RESOURCES.Secret, SECRET).catch(() => {});
});

const encoded = (text: string): string => Buffer.from(text).toString('base64');

function data({ cert, key }: KeyPair, ca: string): Record<string, string> {
  return { 'tls.crt': encoded(cert), 'tls.key': encoded(key), 'ca.crt': encoded(ca) };
}

async function give(content: Record<string, string>): Promise<void> {
  const metadata = SECRET;
  const found = await on.client.find<RawObject>(RESOURCES.Secret, SECRET);
  if (found === undefined) await on.client.create(RESOURCES.Secret, { metadata, type: 'Opaque', data: content });
  else await on.client.mergePatch(RESOURCES.Secret, SECRET, { data: content });
}

/** Which certificate is served at a port, by its serial number. */
function served(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate(true).issuer.CN?.toString() ?? '');
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

const authorityOf = ({ cert }: KeyPair): string => readCertificate(cert).subject;

async function waitingFor(operator: TestOperator): Promise<string> {
  const { ready, waitingFor: what } = await operator.readyz();
  expect(ready).toBe(false);
  return what.join('\n');
}

describe('a certificate of the house', { timeout: 90_000 }, () => {
  test('is waited for, and what is half of one is said; nothing listens, nothing is written', async () => {
    const operator = await on.replica({ ready: false });
    await soon(async () =>
      expect(await waitingFor(operator)).toContain(
        `certificates: Secret ${NAMESPACE}/${NAME}, which tls.secretName names, is missing: create it`,
      ),
    );
    const { 'tls.key': _, ...half } = data(issueServing(house, NAMES, Date.now()), house.cert);
    await give(half);
    await soon(async () =>
      expect(await waitingFor(operator)).toContain(`${NAMESPACE}/${NAME} has no tls.key: add its`),
    );
    const configurations = await on.kubectl(['get', 'mutatingwebhookconfigurations', '-o', 'json']);
    expect(configurations).not.toContain('"caBundle"');
    await expect(served(operator.config.ports.webhook)).rejects.toThrow('ECONNREFUSED');
    const events = await on.kubectl(['get', 'events', '-n', NAMESPACE, '-o', 'json']);
    expect(events).toContain(`Secret ${NAMESPACE}/${NAME} has no tls.key: add its private key, in PEM`);

    await give(data(issueServing(house, NAMES, Date.now()), house.cert));
    await on.isReady(operator);
    expect(await served(operator.config.ports.webhook)).toBe(authorityOf(house));
    expect(await served(operator.config.ports.sidecars)).toBe(authorityOf(house));
    // The API server asks the webhook by it, and a gate trusts it by its ConfigMap, which names both authorities.
    const pod = await gatedPod(on);
    expect(pod.operatorCa).toContain(house.cert);
    const { status } = await ask(operator, house.cert, { token: pod.token, path: '/v1/nothing' });
    expect(status).toBe(404);
  });

  test('renewed, is served within seconds; spoilt, the one before stays; the Secret is never written to', async () => {
    const first = issueServing(house, NAMES, Date.now() - 3_600_000);
    await give(data(first, house.cert));
    const operator = await on.replica();
    const port = operator.config.ports.sidecars;
    expect(await served(port)).toBe(authorityOf(house));

    await give({ 'tls.crt': encoded(issueServing(following, ['elsewhere.svc'], Date.now()).cert) });
    await soon(() => {
      const problems = operator.log.map((line) => JSON.parse(line) as { level: number; msg: string });
      expect(problems.filter(({ level }) => level >= 50).map(({ msg }) => msg)).toContain(
        `tls.key of Secret ${NAMESPACE}/${NAME} does not belong to tls.crt: put the two of one pair there`,
      );
      return Promise.resolve();
    }, 20_000);
    expect(await served(port)).toBe(authorityOf(house));
    expect((await operator.readyz()).ready).toBe(true);

    const before = await give(data(issueServing(following, NAMES, Date.now()), following.cert)).then(() =>
      on.client.get<RawObject>(RESOURCES.Secret, SECRET),
    );
    // Told of at once, beside those before; served when everybody has heard of it, and until then what everybody trusts anyway.
    const bundle = await soon(async () => {
      const { webhooks } = JSON.parse(
        await on.kubectl(['get', 'mutatingwebhookconfiguration', 'sallyport-injector', '-o', 'json']),
      ) as { webhooks: { clientConfig: { caBundle: string } }[] };
      const text = Buffer.from(webhooks[0]?.clientConfig.caBundle ?? '', 'base64').toString('utf8');
      expect(text).toContain(following.cert);
      return text;
    }, 30_000);
    expect(bundle).toContain(house.cert);
    const issuer = await served(port);
    expect([authorityOf(house), authorityOf(following)]).not.toContain(issuer);
    await gatedPod(on);
    const after = await on.client.get<RawObject>(RESOURCES.Secret, SECRET);
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  });

  test('whose caBundle somebody else writes, is served to the API server at once, and waited for', async () => {
    await give(data(issueServing(house, NAMES, Date.now()), house.cert));
    for (const [kind, names] of [
      ['mutatingwebhookconfiguration', ['sallyport-injector']],
      ['validatingwebhookconfiguration', ['sallyport-validator']],
    ] as const) {
      for (const name of names) await inject(kind, name, encoded(following.cert));
    }
    const operator = await on.replica({ ready: false, config: { tls: { secretName: NAME, injectedCaBundle: true } } });
    await soon(async () =>
      expect(await waitingFor(operator)).toContain(
        'does not trust the certificate in tls.secretName yet; cert-manager',
      ),
    );
    await inject('mutatingwebhookconfiguration', 'sallyport-injector', encoded(house.cert));
    await inject('validatingwebhookconfiguration', 'sallyport-validator', encoded(house.cert));
    await on.isReady(operator);
    // Longer than the operator would take to write its own.
    await gatedPod(on);
    expect(await on.kubectl(['get', 'mutatingwebhookconfiguration', 'sallyport-injector', '-o', 'json'])).toContain(
      encoded(house.cert),
    );
  });
});

/** As cert-manager's cainjector does: all of caBundle, and nothing else. */
async function inject(kind: string, name: string, caBundle: string): Promise<void> {
  const { webhooks } = JSON.parse(await on.kubectl(['get', kind, name, '-o', 'json'])) as { webhooks: object[] };
  const patch = webhooks.map((_, at) => ({
    op: 'add',
    path: `/webhooks/${at}/clientConfig/caBundle`,
    value: caBundle,
  }));
  await on.kubectl(['patch', kind, name, '--type=json', '-p', JSON.stringify(patch)]);
}

/** The operator's own certificates on a real API server: shared by replicas, kept in the webhook configurations, rotated while in use. */
import { connect } from 'node:tls';
import { pino, type Logger } from 'pino';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, inject as provided, it } from 'vitest';
import { AdmissionMetrics } from '../../../../operator/admission/metrics.ts';
import { AdmissionServer } from '../../../../operator/admission/server.ts';
import { SYSTEM_CLOCK } from '../../../../operator/kit/clock.ts';
import type { RawObject } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { FakeClock } from '../../../../operator/kit/testing/fake-clock.ts';
import { FIELD_MANAGER, TLS_SECRET } from '../../../../operator/names.ts';
import { CaBundleKeeper } from '../../../../operator/tls/ca-bundle-keeper.ts';
import { Certificates } from '../../../../operator/tls/certificates.ts';
import { readCertificate } from '../../../../operator/tls/read-certificate.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';
import { bench, type Bench, create, mutatingConfiguration, pod, validatingConfiguration } from './bench.ts';

const cleanup = cleanupAfterEach();
const { Secret, MutatingWebhookConfiguration, ValidatingWebhookConfiguration } = RESOURCES;

let on: Bench;
beforeEach(async () => {
  on = await bench(cleanup, provided('apiServerKubeconfig'));
});

interface Logged {
  readonly log: Logger;
  readonly lines: { readonly msg: string; readonly [field: string]: unknown }[];
}

function logged(): Logged {
  const lines: Logged['lines'] = [];
  const write = (text: string) => void lines.push(JSON.parse(text) as Logged['lines'][number]);
  return { log: pino({ level: 'info' }, { write }), lines };
}

function replica(clock = new FakeClock(), { log, lines } = logged()) {
  const registry = new Registry();
  const { client, namespace } = on;
  const certificates = new Certificates({ client, namespace, dnsNames: ['localhost'], clock, log, registry });
  return { certificates, clock, lines, registry };
}

const ref = () => ({ namespace: on.namespace, name: TLS_SECRET });
const secret = () => on.client.get(Secret, ref());
const authorities = (bundle: string) => bundle.split('-----END CERTIFICATE-----').length - 1;

describe('the Secret with the certificates', () => {
  it('is made by whoever comes first, and all replicas serve the same', async () => {
    const replicas = Array.from({ length: 5 }, () => replica());
    await Promise.all(replicas.map(({ certificates }) => certificates.refresh()));
    const [first, ...others] = replicas.map(({ certificates }) => certificates.current());
    for (const other of others) expect(other).toEqual(first);
  });

  it('is read by a process that starts later', async () => {
    const [first, later] = [replica(), replica()];
    await first.certificates.refresh();
    await later.certificates.refresh();
    expect(later.certificates.current()).toEqual(first.certificates.current());
    expect(later.lines).toEqual([]);
  });

  it('deleted, is put back by a process that knows it, with the next authority announced', async () => {
    const { certificates, lines } = replica();
    await certificates.refresh();
    const before = certificates.current();
    await on.client.delete(Secret, ref());
    await certificates.refresh();
    expect(certificates.current().cert).toBe(before.cert);
    expect(authorities(certificates.current().caBundle)).toBe(2);
    expect(lines.at(-1)).toMatchObject({ done: ['the next authority was issued; it signs nothing for a day'] });
  });

  it('damaged, is mended from memory, and the log says what was wrong', async () => {
    const { certificates, lines } = replica();
    await certificates.refresh();
    const before = certificates.current();
    await on.client.mergePatch(Secret, ref(), { data: { 'ca.key': null, 'tls.crt': 'aGVsbG8=' } });
    await certificates.refresh();
    expect(certificates.current()).toEqual(before);
    expect(lines.find(({ msg }) => msg.includes('damaged'))).toMatchObject({
      secret: `${on.namespace}/${TLS_SECRET}`,
      problems: ['ca.key is missing', 'tls.crt cannot be read'],
    });
    expect(Object.keys((await secret()).data ?? {}).sort()).toEqual(['ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
  });

  it('damaged while nobody runs, is issued anew', async () => {
    await replica().certificates.refresh();
    await on.client.mergePatch(Secret, ref(), { data: { 'ca.crt': 'aGVsbG8=' } });
    const { certificates } = replica();
    await certificates.refresh();
    expect(authorities(certificates.current().caBundle)).toBe(1);
  });

  it('of somebody else is overwritten, and the log says so', async () => {
    const data = { 'tls.crt': 'aGVsbG8=', 'tls.key': 'aGVsbG8=' };
    await on.client.create(Secret, { metadata: ref(), type: 'kubernetes.io/tls', data });
    const { certificates, lines } = replica();
    await certificates.refresh();
    expect(certificates.current().cert).toContain('BEGIN CERTIFICATE');
    expect(lines[0]).toMatchObject({
      msg: 'the Secret with the certificates is damaged, or written by somebody else; what is wrong is replaced',
      problems: ['ca.crt is missing', 'tls.crt cannot be read'],
    });
  });

  it('that the chart made empty is filled without a complaint', async () => {
    await on.client.create(Secret, { metadata: ref(), type: 'Opaque' });
    const { certificates, lines } = replica();
    await certificates.refresh();
    expect(Object.keys((await secret()).data ?? {})).toContain('ca.key');
    expect(lines.map(({ msg }) => msg)).toEqual(['the certificates were written']);
  });

  it('is waited for while the API server refuses, with the missing right in the log', async () => {
    const clock = new FakeClock();
    const { log, lines } = logged();
    const no = () => Promise.reject(new Error('403: the rule is missing'));
    const refusing = { find: no, create: no, mergePatch: no };
    const registry = new Registry();
    const waiting = new Certificates({
      client: refusing,
      namespace: on.namespace,
      dnsNames: ['x'],
      clock,
      log,
      registry,
    });
    const stop = new AbortController();
    const ended = waiting.start(stop.signal);
    await eventually('the log says it', () => lines.length > 0);
    expect(lines[0]).toMatchObject({ msg: 'the certificates could not be read or written' });
    expect(() => waiting.current()).toThrow('before they were loaded');
    stop.abort();
    await ended;
  });

  it('says in metrics when its certificates end', async () => {
    const { certificates, registry } = replica();
    await certificates.refresh();
    const end = readCertificate(certificates.current().cert).notAfter / 1000;
    expect(await registry.metrics()).toContain(`sallyport_certificate_not_after_seconds{certificate="serving"} ${end}`);
  });
});

interface Keeping {
  readonly keeper: CaBundleKeeper;
  readonly certificates: Certificates;
  readonly lines: Logged['lines'];
  readonly names: { readonly mutating: string; readonly validating: string };
}

async function keeping(clock = new FakeClock()): Promise<Keeping> {
  const { certificates } = replica(clock);
  await certificates.refresh();
  const names = { mutating: on.unique('sallyport-injector'), validating: on.unique('sallyport-validator') };
  const { log, lines } = logged();
  const optional = on.unique('sallyport-approval-vote');
  const keeper = new CaBundleKeeper({ client: on.client, certificates, webhooks: names, optional, clock, log });
  const { mutating, validating } = names;
  cleanup.defer(() => on.client.delete(MutatingWebhookConfiguration, { name: mutating }));
  cleanup.defer(() => on.client.delete(ValidatingWebhookConfiguration, { name: validating }));
  return { keeper, certificates, lines, names };
}

/** As the chart has them: everything but the caBundle. Several webhooks, since the list is where it gets difficult. */
const chart = ({ names }: Keeping): [RawObject, RawObject] => {
  const url = 'https://localhost:1/inject';
  return [
    mutatingConfiguration(on, names.mutating, { name: 'a.example.com', url }, { name: 'b.example.com', url }),
    validatingConfiguration(on, names.validating, { name: 'c.example.com', url }),
  ];
};

interface Hooks extends RawObject {
  readonly webhooks: {
    readonly name: string;
    readonly clientConfig: { caBundle?: string; readonly url: string };
  }[];
}

async function hooks({ names }: Keeping): Promise<Hooks['webhooks']> {
  const mutating = await on.client.find(MutatingWebhookConfiguration, { name: names.mutating });
  const validating = await on.client.find(ValidatingWebhookConfiguration, { name: names.validating });
  return [mutating, validating].flatMap((one) => (one as Hooks | undefined)?.webhooks ?? []);
}

async function expectKept(with_: Keeping): Promise<void> {
  const caBundle = Buffer.from(with_.certificates.current().caBundle).toString('base64');
  const found = await hooks(with_);
  expect(found.map(({ name, clientConfig }) => [name, clientConfig])).toEqual(
    ['a', 'b', 'c'].map((name) => [`${name}.example.com`, { caBundle, url: 'https://localhost:1/inject' }]),
  );
}

describe('caBundle', () => {
  it.each<[how: string, flags: string[]]>([
    ['applied by kubectl or Helm from the client', ['apply']],
    ['applied on the server under another manager', ['apply', '--server-side', '--field-manager=helm']],
    ['created', ['create']],
  ])('is added to configurations that were %s, and nothing else changes', async (_how, flags) => {
    const kept = await keeping();
    for (const object of chart(kept)) await on.kubectl([...flags, '-f', '-'], object);
    const before = await hooks(kept);
    await kept.keeper.keep();
    await expectKept(kept);
    const after = await hooks(kept);
    for (const { clientConfig } of after) delete clientConfig.caBundle;
    expect(after).toEqual(before);
  });

  it.each<[how: string, flags: string[]]>([
    ['the client', ['apply']],
    ['the server', ['apply', '--server-side', '--field-manager=helm']],
  ])('stays when the chart is applied again from %s', async (_how, flags) => {
    const kept = await keeping();
    for (const object of chart(kept)) await on.kubectl([...flags, '-f', '-'], object);
    await kept.keeper.keep();
    for (const object of chart(kept)) await on.kubectl([...flags, '-f', '-'], object);
    await expectKept(kept);
  });

  it('is put back when somebody replaces the configuration or writes another', async () => {
    const kept = await keeping();
    const objects = chart(kept);
    for (const object of objects) await on.kubectl(['create', '-f', '-'], object);
    await kept.keeper.keep();
    for (const object of objects) await on.kubectl(['replace', '-f', '-'], object);
    expect((await hooks(kept)).map(({ clientConfig }) => clientConfig.caBundle)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    await kept.keeper.keep();
    await expectKept(kept);
    const foreign = Buffer.from(kept.certificates.current().cert).toString('base64');
    const webhooks = [{ name: 'a.example.com', clientConfig: { caBundle: foreign } }];
    await on.client.strategicPatch(MutatingWebhookConfiguration, { name: kept.names.mutating }, { webhooks });
    await kept.keeper.keep();
    await expectKept(kept);
  });

  it('is owned field by field, so that deployment tools see no difference elsewhere', async () => {
    const kept = await keeping();
    const [mutating] = chart(kept);
    await on.kubectl(['apply', '--server-side', '--field-manager=helm', '-f', '-'], mutating);
    await kept.keeper.keep();
    const { metadata } = await on.client.get(MutatingWebhookConfiguration, { name: kept.names.mutating });
    const managers = metadata.managedFields as { manager: string; fieldsV1: object }[];
    const ours = managers.find(({ manager }) => manager === FIELD_MANAGER)?.fieldsV1;
    const field = { '.': {}, 'f:clientConfig': { 'f:caBundle': {} }, 'f:name': {} };
    expect(ours).toEqual({
      'f:webhooks': { 'k:{"name":"a.example.com"}': field, 'k:{"name":"b.example.com"}': field },
    });
  });

  it('is not written again when it is right', async () => {
    const kept = await keeping();
    for (const object of chart(kept)) await on.kubectl(['create', '-f', '-'], object);
    await kept.keeper.keep();
    const version = async () =>
      (await on.client.get(MutatingWebhookConfiguration, { name: kept.names.mutating })).metadata.resourceVersion;
    const before = await version();
    await kept.keeper.keep();
    expect(await version()).toBe(before);
  });

  it('of a configuration that is not there is said once, and again when it comes and goes', async () => {
    const kept = await keeping();
    await kept.keeper.keep();
    await kept.keeper.keep();
    expect(kept.keeper.problems()).toEqual([
      `there is no MutatingWebhookConfiguration ${kept.names.mutating}, so no pod gets a gate; install the chart again, or name the one there is in the operator's configuration`,
      `there is no ValidatingWebhookConfiguration ${kept.names.validating}, so no MCPServer or PolicyPack is checked; install the chart again, or name the one there is in the operator's configuration`,
    ]);
    expect(kept.lines).toHaveLength(2);
    for (const object of chart(kept)) await on.kubectl(['create', '-f', '-'], object);
    await kept.keeper.keep();
    expect(kept.keeper.problems()).toEqual([]);
  });

  it('follows a change of certificates at once, and a change by others within seconds', async () => {
    const clock = new FakeClock();
    const kept = await keeping(clock);
    for (const object of chart(kept)) await on.kubectl(['create', '-f', '-'], object);
    const stop = new AbortController();
    const ended = kept.keeper.start(stop.signal);
    const isKept = () =>
      expectKept(kept).then(
        () => true,
        () => false,
      );
    await eventually('it is written', isKept);
    await on.client.delete(Secret, ref());
    await kept.certificates.refresh();
    await eventually('two authorities are written', isKept);
    for (const object of chart(kept)) await on.kubectl(['replace', '-f', '-'], object);
    await clock.advance(15_000);
    await eventually('it is put back', isKept);
    stop.abort();
    await ended;
    expect(clock.pending).toBe(0);
  });
});

it('a whole rotation passes while pods are created, and not one admission fails', async () => {
  const DAY = 86_400_000;
  const clock = new FakeClock();
  // The authority is due two and a half days ago: all that is issued in the test is valid today, by the API server's clock.
  await clock.advance(Date.now() - 2.5 * DAY - (365 * DAY * 2) / 3 - clock.now());
  const kept = await keeping(clock);
  const { certificates, keeper, names } = kept;
  await clock.advance(240 * DAY);
  await certificates.refresh();
  const server = new AdmissionServer({
    port: 0,
    host: '127.0.0.1',
    handlers: new Map([['/inject', { reasons: {}, answer: () => ({ allowed: true, reason: 'fine' }) }]]),
    certificates,
    metrics: new AdmissionMetrics(new Registry()),
    clock: SYSTEM_CLOCK,
    log: pino({ level: 'silent' }),
  });
  const stop = new AbortController();
  const ended = server.start(stop.signal);
  await server.ready;
  const url = `https://localhost:${server.port}/inject`;
  await on.client.create(
    MutatingWebhookConfiguration,
    mutatingConfiguration(on, names.mutating, { name: 'a.example.com', url }),
  );
  await keeper.keep();
  const admit = () => create(on, pod(), '--dry-run=server');
  await eventually('the first pod is admitted', () =>
    admit().then(
      () => true,
      () => false,
    ),
  );

  const enough = new AbortController();
  const failures: string[] = [];
  let admitted = 0;
  const creator = (async () => {
    while (!enough.signal.aborted)
      await admit().then(
        () => (admitted += 1),
        (error: unknown) => failures.push(String(error)),
      );
  })();
  const steps: string[] = [];
  for (let day = 0; day < 7; day += 1) {
    await clock.advance(DAY);
    // Served at once, while what the API server trusts comes after: that is what the day between is for.
    await certificates.refresh();
    // The API server keeps its connections; one that it opened now would have to succeed, too.
    await handshake(server.port, (await hooks(kept))[0]?.clientConfig.caBundle);
    const before = admitted;
    await eventually('pods are admitted meanwhile', () => admitted > before + 1 || failures.length > 0);
    await keeper.keep();
    steps.push(String(authorities(certificates.current().caBundle)));
    const after = admitted;
    await eventually('and after', () => admitted > after + 1 || failures.length > 0);
  }
  enough.abort();
  await creator;
  stop.abort();
  await ended;
  expect(failures).toEqual([]);
  expect(steps.join('')).toBe('1112211');
}, 60_000);

/** As a new client that trusts what the API server was told last. */
function handshake(port: number, caBundle = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const ca = Buffer.from(caBundle, 'base64').toString('utf8');
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca }, () => {
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
  });
}

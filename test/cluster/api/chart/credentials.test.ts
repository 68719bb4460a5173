/** Which Secrets can be named as keys for a server, as the API server itself sees to it: each row is one write. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { BUILD_LIMIT_MS, ChartCluster } from './release.ts';

const LABEL = 'sallyport.dev/upstream-credentials';

let cluster: ChartCluster;
beforeAll(async () => {
  cluster = await ChartCluster.start();
  await cluster.install({});
  // Nothing answers it here; what is tested needs nobody.
  await cluster.kubectl('delete', 'validatingwebhookconfiguration', 'sallyport-validator');
  await cluster.kubectl('create', 'namespace', 'keys');
  await cluster.kubectl('create', 'namespace', 'elsewhere');
  await write(secret('labelled', { [LABEL]: 'true' }));
  await write(secret('plain'));
  await write(secret('other-value', { [LABEL]: 'yes' }));
  await write(secret('labelled', {}, 'elsewhere'));
  await eventually('the policies act', async () => (await refusalOf(server('probe', 'plain'))).includes(LABEL));
}, BUILD_LIMIT_MS);
afterAll(async () => cluster.server.stop());

function secret(name: string, labels: Record<string, string> = {}, namespace = 'keys'): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels },
    stringData: { api: 'sk-0123456789' },
  };
}

function server(name: string, ...secretNames: string[]): object {
  return serverWith(
    name,
    secretNames.map((secretName) => ({ secretName, key: 'api' })),
  );
}

function serverWith(name: string, sources: readonly object[]): object {
  const credentials = sources.map((from, i) => ({ name: `k${i}`, header: `x-key-${i}`, from }));
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name, namespace: 'keys' },
    spec: {
      workload: { selector: { matchLabels: { app: name } }, port: 80 },
      access: { jwt: [{ issuer: 'https://login.example.com', audiences: ['gate'] }] },
      ...(credentials.length === 0 ? {} : { upstream: { credentials } }),
    },
  };
}

async function write(object: object, ...options: string[]): Promise<void> {
  const args = ['apply', '--server-side', '--force-conflicts', '-f', '-', ...options];
  await cluster.server.kubectl(args, JSON.stringify(object));
}

/** Empty: it would be written. */
async function refusalOf(object: object): Promise<string> {
  return write(object, '--dry-run=server').then(
    () => '',
    (error: unknown) => String(error),
  );
}

describe('an MCPServer', () => {
  it.each([
    ['that names no Secret', []],
    ['that names one with the label', ['labelled']],
    ['that names one that is not there yet', ['to-come']],
  ])('%s is taken', async (_what, names) => {
    expect(await refusalOf(server('one', ...names))).toBe('');
  });

  it.each([
    ['without the label', ['plain']],
    ['with another value of it', ['other-value']],
    ['without it behind one with it', ['labelled', 'plain']],
  ])('that names a Secret %s is refused, with what mends it', async (_what, names) => {
    const refusal = await refusalOf(server('one', ...names));
    expect(refusal).toContain(`does not carry the label ${LABEL}: "true"`);
    expect(refusal).toContain(`kubectl label secret ${names.at(-1)} -n keys ${LABEL}=true`);
  });
});

describe('a Secret with the password of a store', () => {
  const sharing = (name: string, secretName: string) => {
    const { spec, ...rest } = serverWith(name, []) as { spec: object };
    const valkey = { url: 'rediss://valkey.data.svc', passwordFrom: { secretName, key: 'api' } };
    return { ...rest, spec: { ...spec, state: { valkey } } };
  };

  it('needs the label like any other, and keeps it', async () => {
    expect(await refusalOf(sharing('store', 'labelled'))).toBe('');
    const refusal = await refusalOf(sharing('store', 'plain'));
    expect(refusal).toContain('spec.state.valkey.passwordFrom names the Secret plain');
    expect(refusal).toContain(`kubectl label secret plain -n keys ${LABEL}=true`);
    await write(secret('of-store', { [LABEL]: 'true' }));
    await write(sharing('store', 'of-store'));
    expect(await refusalOf(secret('of-store', { [LABEL]: 'no' }))).toContain(
      'has the password of its store in this Secret',
    );
  });
});

describe('a Secret with which a token is fetched', () => {
  const asking = { issuer: 'https://login.example.com', clientId: 'gate' };
  const key = (secretName: string) => ({ secretName, key: 'api' });

  it.each<[string, (secretName: string) => object]>([
    ['the secret of a client', (name) => ({ clientCredentials: { ...asking, clientSecret: key(name) } })],
    ['the key of a client', (name) => ({ clientCredentials: { ...asking, privateKey: key(name) } })],
    ['the secret for an exchange', (name) => ({ tokenExchange: { ...asking, clientSecret: key(name) } })],
    ['the key for an exchange', (name) => ({ tokenExchange: { ...asking, privateKey: key(name) } })],
    [
      'the token of the actor',
      (name) => ({ tokenExchange: { ...asking, clientSecret: key('labelled'), actorToken: key(name) } }),
    ],
  ])('needs the label as %s', async (_what, from) => {
    expect(await refusalOf(serverWith('one', [from('labelled')]))).toBe('');
    expect(await refusalOf(serverWith('one', [from('plain')]))).toContain(
      'names the Secret plain, which does not carry the label',
    );
  });
});

describe('a Secret that an MCPServer names', () => {
  beforeAll(async () => {
    await write(server('names', 'labelled', 'to-come'));
    await eventually('the API server knows of the MCPServer', async () =>
      (await refusalOf(secret('to-come'))).includes('MCPServer names'),
    );
  });

  it('keeps its label', async () => {
    expect(await refusalOf(secret('labelled'))).toContain(
      'MCPServer names has the keys of this Secret sent to its server',
    );
    expect(await refusalOf(secret('labelled', { [LABEL]: 'true', more: 'a' }))).toBe('');
  });

  it('is made with it', async () => {
    expect(await refusalOf(secret('to-come'))).toContain(`needs the label ${LABEL}: "true"`);
    expect(await refusalOf(secret('to-come', { [LABEL]: 'true' }))).toBe('');
  });

  it("is one of its namespace: others are nobody's business", async () => {
    expect(await refusalOf(secret('labelled', {}, 'elsewhere'))).toBe('');
    expect(await refusalOf(secret('any'))).toBe('');
  });
});

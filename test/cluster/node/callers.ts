/**
 * Who calls, by other proofs than a token that somebody handed out: pods that have their ServiceAccount, and a person whom an identity
 * provider knows and who is asked for one scope more; and with whose key the server is called. A part of story.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { TestAuthority } from '../../../core/x509/testing/test-authority.ts';
import { textOf } from '../../support/clients.ts';
import { modernHeaders, modernRequest } from '../../support/messages.ts';
import { authorize } from '../../support/oauth-clients.ts';
import { type OidcProvider, startOidcProvider } from '../../support/oidc-provider.ts';
import type { ClientTls, serviceFetch } from '../support/service-fetch.ts';
import { asTyped } from '../support/readme.ts';

const NAMESPACE = 'mcp-demo';
const AGENTS = 'mcp-agents';
const SERVER = 'vault';
const LABELS = { app: SERVER };
const URL_OF_SERVER = `http://${SERVER}.${NAMESPACE}.svc/mcp`;
/** A Service that leads to the provider on this machine. */
const LOGIN = 'login';
const KEYS = `http://${LOGIN}.${NAMESPACE}.svc/jwks`;

const SAFE = 'safe';
const SPIFFE_ID = 'spiffe://example.org/ns/finance/sa/billing';
const KEY_SECRET = 'vault-keys';
/** Made here, so that it is nobody's and stands in no file. */
const KEY = randomBytes(24).toString('base64url');

interface Parts {
  readonly k: (args: readonly string[], input?: string) => Promise<string>;
  readonly own: (...args: string[]) => Promise<string>;
  readonly soon: <T>(check: () => Promise<T>, timeout?: number) => Promise<T>;
  /** As in the cluster. */
  readonly fetch: () => typeof globalThis.fetch;
  readonly withTls: (tls: ClientTls) => ReturnType<typeof serviceFetch>;
  /** Of this machine, for pods. */
  readonly address: () => string;
}

const PACK = {
  targets: { matchLabels: LABELS },
  tools: [
    { name: 'talk', names: ['echo', 'headers'], effect: 'Allow', principals: { scopes: ['mcp'] } },
    { name: 'money', names: ['transfer'], effect: 'Allow', principals: { scopes: ['mcp', 'pay'] } },
  ],
};

const podOf = (name: string, image: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'server',
        image,
        env: [{ name: 'HOST', value: '127.0.0.1' }],
        ports: [{ name: 'mcp', containerPort: 3001 }],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
});

/** A server for those who have a certificate, of the kind that a mesh gives to workloads. */
const safeObjects = (image: string, ca: string): object[] => [
  {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: SAFE, labels: { app: SAFE } },
    spec: {
      workload: { selector: { matchLabels: { app: SAFE } }, port: 'mcp' },
      access: {
        tls: { issuer: 'Operator' },
        certificates: { trust: [{ name: 'mesh', ca, names: 'Spiffe', trustDomain: 'example.org' }] },
      },
    },
  },
  {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'PolicyPack',
    metadata: { name: SAFE },
    spec: {
      targets: { matchLabels: { app: SAFE } },
      tools: [
        { name: 'billing', names: ['echo'], effect: 'Allow', principals: { names: [SPIFFE_ID], issuers: ['mesh'] } },
      ],
    },
  },
  podOf(SAFE, image),
];

const objects = (image: string, issuer: string): object[] => [
  {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: SERVER, labels: LABELS },
    spec: {
      workload: { selector: { matchLabels: LABELS }, port: 'mcp' },
      access: { url: URL_OF_SERVER, jwt: [{ issuer, audiences: [URL_OF_SERVER], jwksUrl: KEYS }] },
      upstream: { credentials: [{ name: 'vault', header: 'X-Api-Key', from: { secretName: KEY_SECRET, key: 'all' } }] },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: KEY_SECRET, labels: { 'sallyport.dev/upstream-credentials': 'true' } },
    stringData: { all: KEY },
  },
  { apiVersion: 'sallyport.dev/v1alpha1', kind: 'PolicyPack', metadata: { name: SERVER }, spec: PACK },
  podOf(SERVER, image),
];

const wayTo = (address: string, port: number): object[] => [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: LOGIN }, spec: { ports: [{ name: 'http', port: 80 }] } },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: LOGIN, labels: { 'kubernetes.io/service-name': LOGIN } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address] }],
    ports: [{ name: 'http', port }],
  },
];

export function tellWhoCalls({ k, own, soon, fetch, withTls, address }: Parts): void {
  const apply = (items: readonly object[]): Promise<string> =>
    k(['-n', NAMESPACE, 'apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));

  describe('callers without a token that somebody handed out', () => {
    const mesh = TestAuthority.root();
    let provider: OidcProvider;
    const reach = ((input: string | URL, init?: RequestInit) =>
      (new URL(input).origin === provider.url ? globalThis.fetch : fetch())(input, init)) as typeof globalThis.fetch;

    beforeAll(async () => {
      const path = 'jsonpath={.spec.template.spec.containers[0].image}';
      const image = await own('get', 'deployment', 'everything', '-o', path);
      const host = address();
      provider = await startOidcProvider({ also: host });
      provider.resources.add(URL_OF_SERVER);
      const [server = {}, secret = {}, pack = {}, pod = {}] = objects(image, provider.url);
      const [safe = {}, safePack = {}, safePod = {}] = safeObjects(image, mesh.ca);
      await soon(() => apply([...wayTo(host, provider.port), server, secret, pack, safe, safePack]));
      await soon(async () => {
        await apply([pod, safePod]);
        const injected = 'jsonpath={.items[*].spec.initContainers[0].name}';
        expect(await own('get', 'pod', SERVER, SAFE, '-o', injected)).toBe('sallyport sallyport');
      });
      await asTyped(inject('nodeKubeconfig'), 'kubectl apply -f examples/kubernetes/agents/');
    }, 120_000);
    afterAll(async () => {
      await provider.close();
      await k(['delete', 'namespace', AGENTS, '--wait=false']);
      await own('delete', 'policypack/agents', `mcpserver/${SERVER}`, `policypack/${SERVER}`, '--wait=false');
      await own('delete', `pod/${SAFE}`, `mcpserver/${SAFE}`, `policypack/${SAFE}`, '--wait=false');
      await own('delete', `pod/${SERVER}`, `service/${LOGIN}`, `secret/${KEY_SECRET}`, '--wait=false');
    });

    test('two pods with nothing but their ServiceAccount call by the ready example, and may do different things', async () => {
      const says = (pod: string): Promise<string> => k(['-n', AGENTS, 'logs', pod]);
      await soon(async () => {
        expect(await says('accountant')).toContain('The sum of 2 and 3 is 5.');
        expect(await says('writer')).toContain('Echo: hello');
      }, 90_000);
      expect(await says('writer')).toContain('Refused by policy');
      expect(await says('writer')).not.toContain('The sum');
      // Nothing that they could call with lies in the cluster.
      expect(await k(['-n', AGENTS, 'get', 'secrets', '-o', 'name'])).toBe('');
    }, 120_000);

    test('a person of the provider is asked for a further scope, and gets it; the key of the server stays where it is', async () => {
      await own('wait', '--for=condition=Ready', `pod/${SERVER}`, `mcpserver/${SERVER}`, '--timeout=60s');
      const { client, asked, goOn } = await soon(() => authorize('v2, legacy', URL_OF_SERVER, false, reach));
      try {
        expect(textOf(await client.callTool({ name: 'echo' }))).toMatch(/^echo/);
        expect(asked).toContain(`POST ${provider.url}/reg 201`);
        await expect(client.callTool({ name: 'transfer' })).rejects.toThrow(/unauthorized/i);
        const log = () => own('logs', SERVER, '-c', 'server', '--tail=-1');
        expect(await log()).not.toContain('transfer');
        await goOn();
        expect(textOf(await client.callTool({ name: 'transfer' }))).toMatch(/^transfer/);
        expect(await log()).not.toMatch(/authorization|eyJ/i);

        // The server was shown a key that no client ever had, and tells it to whoever asks.
        const told = textOf(await client.callTool({ name: 'headers' }));
        expect(await log()).toContain(`"x-api-key":"${KEY}"`);
        expect(told).toMatch(/"x-api-key":"[*]+"/);
        const gate = await own('logs', SERVER, '-c', 'sallyport', '--tail=-1');
        expect(gate).not.toContain(KEY);
      } finally {
        await client.close();
      }
    }, 90_000);

    test('a workload of the mesh is known by its SPIFFE ID, and nobody without such a certificate is', async () => {
      await own('wait', '--for=condition=Ready', `pod/${SAFE}`, `mcpserver/${SAFE}`, '--timeout=60s');
      const ca = await own(
        'get',
        'configmap',
        `sallyport-policy-${SAFE}`,
        '-o',
        String.raw`jsonpath={.data.operator-ca\.crt}`,
      );
      const echo = async (shown: object): Promise<[number, string]> => {
        const client = withTls({ ca, ...shown });
        try {
          const response = await client.fetch(`https://${SAFE}.${NAMESPACE}.svc/mcp`, {
            method: 'POST',
            headers: Object.fromEntries(modernHeaders('tools/call', 'echo')),
            body: modernRequest('tools/call', { name: 'echo', arguments: {} }),
          });
          return [response.status, await response.text()];
        } finally {
          await client.close();
        }
      };
      const { cert, key } = mesh.issue({ uris: [SPIFFE_ID] });
      await soon(async () => expect(await echo({ cert, key })).toEqual([200, expect.stringContaining('echo {}')]));
      const other = mesh.issue({ uris: ['spiffe://example.com/ns/finance/sa/billing'] });
      expect((await echo({ cert: other.cert, key: other.key }))[0]).toBe(401);
      expect((await echo({}))[0]).toBe(401);
    }, 90_000);
  });
}

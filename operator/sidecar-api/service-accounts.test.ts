/** What is answered to a gate; what a real API server says of tokens is in test/cluster. */
import { beforeEach, expect, it } from 'vitest';
import type { KubeObject, RawObject } from '../kit/resource.ts';
import { ServiceAccountApi } from './service-accounts.ts';

const KEYS = { issuer: 'https://a.example', keys: [{ kid: 'a' }] };
const ASKING = { namespace: 'finance', server: 'ledger' };
const PATH = '/v1/service-account-reviews';
let server: RawObject | undefined;
let status: object;
let sent: unknown[];
let fresh: typeof KEYS | undefined;

function serverWith(access: object): RawObject {
  const workload = { selector: { matchLabels: { app: 'ledger' } }, port: 8080 };
  const metadata = { name: 'ledger', namespace: 'finance' };
  return { apiVersion: 'sallyport.dev/v1alpha1', kind: 'MCPServer', metadata, spec: { workload, access } };
}

beforeEach(() => {
  server = serverWith({ serviceAccounts: {} });
  sent = [];
  fresh = KEYS;
  status = { authenticated: true, audiences: ['ledger.finance.sallyport.dev'], user: { username: 'x' } };
});

function newApi(until = Promise.resolve()): ServiceAccountApi {
  return new ServiceAccountApi({
    client: {
      async create<T extends KubeObject>(_resource: object, object: object): Promise<T> {
        sent.push(object);
        await until;
        return { status } as unknown as T;
      },
    },
    caches: { servers: { get: () => server } as never },
    mirror: { refresh: async () => fresh, problem: 'it is away' },
  });
}

async function ask(method: string, path: string, body: unknown = { token: 't' }) {
  const api = newApi();
  return api.answer(ASKING, method, path, async () => body);
}

it('has nothing to say of anything else', async () => {
  expect(await ask('GET', '/v1/definitions')).toBeUndefined();
  expect(await ask('GET', PATH)).toBeUndefined();
  expect(await ask('POST', '/v1/service-account-keys')).toBeUndefined();
});

it('gives the keys of the API server as they are now, or says why not', async () => {
  expect(await ask('GET', '/v1/service-account-keys')).toEqual({ status: 200, body: KEYS });
  fresh = undefined;
  expect(await ask('GET', '/v1/service-account-keys')).toEqual({ status: 503, body: { error: 'it is away' } });
});

it('has a token reviewed for the audiences of the server whose gate asks, whatever that says', async () => {
  const body = { token: 't', audiences: ['https://kubernetes.default.svc'] };
  expect(await ask('POST', PATH, body)).toEqual({ status: 200, body: { authenticated: true, username: 'x' } });
  server = serverWith({ serviceAccounts: { audiences: ['one', 'two'] } });
  await ask('POST', PATH);
  expect(sent).toEqual([
    { metadata: {}, spec: { token: 't', audiences: ['ledger.finance.sallyport.dev'] } },
    { metadata: {}, spec: { token: 't', audiences: ['one', 'two'] } },
  ]);
});

it.each([
  [{ authenticated: false, error: 'the pod is gone' }, 'the pod is gone'],
  [{}, 'it is not valid'],
  [{ authenticated: true, user: { username: 'x' } }, 'it is not valid'],
  [{ authenticated: true, audiences: ['other'], user: { username: 'x' } }, 'it is not valid'],
])('takes %j for no', async (said, error) => {
  status = said;
  expect(await ask('POST', PATH)).toEqual({ status: 200, body: { authenticated: false, error } });
});

it.each([
  ['lets in none', () => serverWith({ anonymous: true })],
  ['is gone', () => undefined],
])('refuses the gate of a server that %s', async (_what, make) => {
  server = make();
  expect(await ask('POST', PATH)).toMatchObject({
    status: 403,
    body: { error: expect.stringContaining('finance/ledger') },
  });
  expect(await ask('GET', '/v1/service-account-keys')).toMatchObject({ status: 403 });
  expect(sent).toEqual([]);
});

it('throws at what is no question, as the API behind it expects', async () => {
  await expect(ask('POST', PATH, {})).rejects.toThrow('token');
});

it('lets no server take the reviews of others', async () => {
  let answer = (): void => {};
  const api = newApi(new Promise((resolve) => (answer = resolve)));
  const of = async (name: string) =>
    (await api.answer({ ...ASKING, server: name }, 'POST', PATH, async () => ({ token: 't' })))?.status;
  const flood = Array.from({ length: 40 }, () => of('flooded'));
  const other = of('ledger');
  answer();
  expect((await Promise.all(flood)).filter((said) => said === 200)).toHaveLength(16);
  expect(await other).toBe(200);
  expect([await of('flooded'), await of('ledger')]).toEqual([200, 200]);
});

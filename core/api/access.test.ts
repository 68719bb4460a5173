import { describe, expect, test } from 'vitest';
import { TestAuthority } from '../x509/testing/test-authority.ts';
import { WAYS_IN } from './access-names.ts';
import { accessFields, accessSchema } from './access.ts';
import { formatPath } from './problem.ts';

const access = (fields: object): string[] =>
  accessSchema.safeParse(fields).error?.issues.map(({ path }) => formatPath(path)) ?? [];

describe('who may come', () => {
  test('is nobody by default', () => {
    expect(accessSchema.parse({})).toMatchObject({ anonymous: false, authorization: 'Gate' });
  });

  const tokens = { secretName: 'clients' };
  test('is for the server alone to say where it checks tokens itself', () => {
    expect(access({ authorization: 'Server', tokens })).toEqual(['tokens']);
    expect(access({ authorization: 'Server', anonymous: true })).toEqual(['anonymous']);
    expect(access({ authorization: 'Server', anonymous: false })).toEqual([]);
    expect(access({ authorization: 'Gate', tokens, anonymous: true })).toEqual([]);
  });

  const jwt = [{ issuer: 'https://login.example.com', audiences: ['a'] }];
  test('can be taken back where tokens are good by a signature alone', () => {
    const revocations = { secretName: 'stolen' };
    expect(access({ jwt, revocations })).toEqual([]);
    expect(access({ serviceAccounts: {}, revocations })).toEqual([]);
    expect(access({ tokens, revocations })).toEqual(['revocations']);
    expect(access({ authorization: 'Server', revocations })).toContain('revocations');
  });

  test('is asked in an order of ways that are open, each once', () => {
    expect(access({ tokens, jwt, order: ['JWT', 'Tokens'] })).toEqual([]);
    expect(access({ tokens, order: ['Tokens'] })).toEqual([]);
    expect(access({ tokens, order: ['Tokens', 'JWT'] })).toEqual(['order[1]']);
    expect(access({ tokens, order: ['Tokens', 'Tokens'] })).toEqual(['order[1]']);
    expect(access({ tokens, order: ['Palms'] })).toEqual(['order[0]']);
    expect(access({ tokens, order: [] })).toEqual(['order']);
  });

  test('has a name in the order for each way to show who one is', () => {
    const others = new Set(['authorization', 'url', 'anonymous', 'hosts', 'origins', 'order', 'revocations', 'tls']);
    const ways = Object.keys(accessFields.shape).filter((field) => !others.has(field));
    expect(new Set(ways)).toEqual(new Set(Object.values(WAYS_IN)));
  });

  test('is told with other faults in one run', () => {
    expect(access({ authorization: 'Server', tokens, hosts: ['A'] })).toEqual(['hosts[0]', 'tokens']);
  });

  test('is vouched for by one alone of each name', () => {
    const certificates = { trust: [{ name: 'mesh', ca: TestAuthority.root().ca, names: 'Dns' }] };
    const called = (name: string) =>
      access({
        tls: { issuer: 'Operator' },
        certificates,
        trustedProxies: [{ name, addresses: ['10.0.4.0/24'], user: {} }],
      });
    expect(called('edge')).toEqual([]);
    expect(called('mesh')).toEqual(['trustedProxies[0].name']);
    // Nor is that of an issuer of tokens such a name.
    expect(called('https://login.example.com')).toEqual(['trustedProxies[0].name']);
    for (const name of ['login', 'https', 'login-example-com'])
      expect(access({ jwt: [{ issuer: name, audiences: ['a'] }] })).toEqual(['jwt[0].issuer']);
  });

  test('by TLS alone has no URL without', () => {
    const tls = { secretName: 'ledger-tls' };
    expect(access({ tls, url: 'http://localhost/mcp' })).toEqual(['url']);
    expect(access({ tls, url: 'https://mcp.example.com/mcp' })).toEqual([]);
    expect([access({ tls }), access({ tls: { issuer: 'Operator' } })]).toEqual([[], []]);
    expect([access({ tls: {} }), access({ tls: { ...tls, issuer: 'Operator' } })]).toEqual([['tls'], ['tls']]);
  });

  test.each([
    'https://mcp.example.com/mcp',
    'https://mcp.example.com:8443',
    'https://[::1]/mcp',
    'http://127.0.0.1:8484/mcp',
    'http://[::1]/mcp',
    'http://localhost:8484/mcp',
    'http://app.localhost/mcp',
    'http://ledger.finance.svc:80/mcp',
    'http://ledger.finance.svc.cluster.local/mcp',
    'http://ledger/mcp',
  ])('may come to %s', (url) => expect(access({ url })).toEqual([]));
  test.each([
    ['in the clear over a network', 'http://mcp.example.com/mcp'],
    ['in the clear to a name that only begins like a loopback address', 'http://127.0.0.1.example.com/mcp'],
    ['in the clear to a name that only ends like one of a cluster', 'http://evil.com/.svc'],
    ['with a query', 'https://mcp.example.com/mcp?a'],
    ['with a fragment', 'https://mcp.example.com/mcp#a'],
    ['with a user', 'https://a@mcp.example.com/mcp'],
    ['in capitals', 'https://MCP.example.com/mcp'],
    ['with an escape', 'https://mcp.example.com/%2e'],
    ['at a port that there is not', 'https://mcp.example.com:70000/'],
    ['at an address that there is not', 'http://127.0.0.256/'],
  ])('may not come to a URL %s', (_name, url) => expect(access({ url })).toEqual(['url']));

  test.each(['mcp.example.com', '[::1]', 'localhost', '10.0.0.1'])('may name the host %s', (host) => {
    expect(access({ hosts: [host] })).toEqual([]);
  });
  test.each(['MCP.example.com', 'https://a', 'a:80', '-a', 'a-', '', '*'])('may not name the host %j', (host) => {
    expect(access({ hosts: [host] })).toEqual(['hosts[0]']);
  });
  test.each(['https://app.example.com', 'http://localhost:3000', 'vscode-webview://abc', 'http://[::1]:1'])(
    'may come from %s',
    (origin) => expect(access({ origins: [origin] })).toEqual([]),
  );
  test.each(['null', 'file://', '*', 'https://a/', 'https://A', 'https://*.a', 'a.example'])(
    'may not come from %j',
    (origin) => expect(access({ origins: [origin] })).toEqual(['origins[0]']),
  );
});

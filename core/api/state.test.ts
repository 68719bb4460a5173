import { describe, expect, it } from 'vitest';
import { TestAuthority } from '../x509/testing/test-authority.ts';
import { loadDocuments } from './load.ts';

const PODS = 'workload: {selector: {matchLabels: {app: a}}, port: 80}';
const REMOTE = 'remote: {url: "http://127.0.0.1:1/mcp"}';
const { ca } = TestAuthority.root();

function load(valkey: string, spec: string) {
  const text = `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: ledger}
spec: {${spec}, state: {valkey: {${valkey}}}}
`;
  return loadDocuments(text, 'a.yaml');
}

const problems = (valkey: string, spec = PODS): string[] =>
  load(valkey, spec).problems.map(({ path, message, mend }) => `${path}: ${message}; ${mend}`);

describe('the store that gates share', () => {
  it.each([
    ['over TLS', 'url: "rediss://valkey.example.com:6380"', PODS],
    ['by its other name', 'url: "valkeys://valkey.example.com"', PODS],
    ['in the cluster without TLS', 'url: "valkey://valkey.data.svc.cluster.local:6379/"', PODS],
    ['on this machine', 'url: "redis://[::1]:6379"', REMOTE],
    [
      'with a user, in a database of its own',
      'url: "rediss://a.example", database: 3, username: gate, passwordFrom: {secretName: keys, key: store}',
      PODS,
    ],
    ['with a password from a file', 'url: "redis://127.0.0.1", passwordFrom: {file: /a}', REMOTE],
    ['with authorities of its own', `url: "rediss://a.example", ca: ${JSON.stringify(ca)}, onFailure: Deny`, PODS],
  ])('can be %s', (_what, valkey, spec) => {
    expect(problems(valkey, spec)).toEqual([]);
  });

  it.each<[what: string, valkey: string, problem: RegExp, spec?: string]>([
    [
      'another scheme',
      'url: "http://a.example"',
      /valkey\.url: .*is not the URL of a store that limits can be trusted to/,
    ],
    ['plain text far away', 'url: "redis://a.example:6379"', /is not the URL of a store.*; write for example rediss:/],
    ['a database in the URL', 'url: "rediss://a.example/3"', /is not the URL of a store/],
    ['a host in upper case', 'url: "rediss://A.example"', /is not the URL of a store/],
    ['a port beyond all ports', 'url: "rediss://a.example:99999"', /is not the URL of a store/],
    ['a user alone', 'url: "rediss://a.example", username: gate', /valkey\.username: .*goes with a password/],
    [
      'a Secret without a key',
      'url: "rediss://a", passwordFrom: {secretName: keys}',
      /passwordFrom: names no source, or several/,
    ],
    [
      'two passwords',
      'url: "rediss://a", passwordFrom: {secretName: keys, key: a, file: /a}',
      /names no source, or several/,
      REMOTE,
    ],
    ['no password', 'url: "rediss://a", passwordFrom: {}', /names no source, or several/],
    [
      'a file in pods',
      'url: "rediss://a", passwordFrom: {file: /a}',
      /passwordFrom\.file: .*is of a gate outside of a cluster/,
    ],
    [
      'authorities without TLS',
      `url: "redis://127.0.0.1", ca: ${JSON.stringify(ca)}`,
      /ca: .*is for a store that is spoken to over TLS/,
    ],
    ['what is no authority', 'url: "rediss://a", ca: hello', /ca: .*is not the certificate of an authority in PEM/],
    ['another failure', 'url: "rediss://a", onFailure: Allow', /onFailure: "Allow"/],
  ])('cannot have %s', (_what, valkey, problem, spec) => {
    const found = problems(valkey, spec);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(problem);
  });

  it('never has a password printed', () => {
    const [found = ''] = problems('url: "rediss://gate:hunter2@a.example"');
    expect(found).toContain('is not the URL of a store');
    expect(found).not.toContain('hunter2');
  });

  it('is asked by each gate for itself where nothing else is said', () => {
    const [document] = load('url: "rediss://a"', PODS).documents;
    expect(document?.kind === 'MCPServer' && document.value.spec.state?.valkey).toMatchObject({
      ...{ database: 0, onFailure: 'Local' },
    });
  });
});

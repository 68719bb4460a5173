import { describe, expect, it } from 'vitest';
import { checkTogether } from './check-together.ts';
import { loadDocuments } from './load.ts';
import { formatProblem } from './problem.ts';

const digest = 'a'.repeat(64);

function server(name: string, { namespace = 'default', secretName = 'clients' } = {}): string {
  return `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  remote: {url: "http://127.0.0.1:1/mcp"}
  access:
    tokens:
      secretName: ${secretName}
`;
}

function revoking(secretName: string): string {
  return server('a').replace(
    /tokens:[^]*/,
    `jwt: [{issuer: "https://a.example", audiences: [a]}]\n    revocations: {secretName: ${secretName}}\n`,
  );
}

function secret(name: string, value: string): string {
  return `apiVersion: v1
kind: Secret
metadata:
  name: ${name}
stringData:
  agent: ${JSON.stringify(value)}
`;
}

function problemsOf(texts: string[], options = {}): string[] {
  const loaded = texts.map((text, index) => loadDocuments(text, `${index}.yaml`));
  expect(loaded.flatMap(({ problems }) => problems)).toEqual([]);
  return checkTogether(
    loaded.flatMap(({ documents }) => documents),
    options,
  ).map(formatProblem);
}

describe('checkTogether', () => {
  it.each([
    ['two names', [server('a'), server('b')]],
    ['one name in two namespaces', [server('a'), server('a', { namespace: 'finance' })]],
    ['one name of two kinds', [server('clients'), secret('clients', `sha256: ${digest}`)]],
    ['a Secret that is not here, unless it has to be', [server('a')]],
    ['a Secret of no server, whatever it holds', [secret('other', 'hunter2')]],
  ])('has nothing against %s', (_, texts) => {
    expect(problemsOf(texts)).toEqual([]);
  });

  it('finds two documents of one kind, namespace and name', () => {
    expect(problemsOf([server('a'), server('a')])).toEqual([
      '1.yaml:4:9: metadata.name: the MCPServer default/a is in 0.yaml:4 already; remove or rename one of the two',
    ]);
  });

  it('finds a Secret that is not here when it has to be', () => {
    expect(problemsOf([server('a')], { requireSecrets: true })).toEqual([
      '0.yaml:10:19: spec.access.tokens.secretName: no Secret default/clients is here; add it, or write the name of one that is',
    ]);
  });

  it('finds what is wrong with what is revoked, and does not repeat it', () => {
    expect(problemsOf([revoking('stolen'), secret('stolen', 'jti: a')], { requireSecrets: true })).toEqual([]);
    expect(problemsOf([revoking('stolen')], { requireSecrets: true })).toEqual([
      '0.yaml:10:31: spec.access.revocations.secretName: no Secret default/stolen is here; add it, or write the name of one that is',
    ]);
    const [problem, ...more] = problemsOf([revoking('stolen'), secret('stolen', 'token: hunter2')]);
    expect(problem).toMatch(/^1\.yaml:6:10: stringData\.agent: the value has fields besides issuer, jti/);
    expect([problem, ...more].join()).not.toContain('hunter2');
  });

  it('does not look for a Secret in other namespaces', () => {
    const texts = [server('a', { namespace: 'finance' }), secret('clients', `sha256: ${digest}`)];
    expect(problemsOf(texts, { requireSecrets: true })).toHaveLength(1);
  });

  it('finds what is wrong in the Secret of two servers once, and does not repeat it', () => {
    const problems = problemsOf([server('a'), server('b'), secret('clients', 'sha256: hunter2')]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^2\.yaml:6:10: stringData\.agent: sha256 is not a digest; /);
    expect(problems[0]).not.toContain('hunter2');
  });
});

describe('keys for a server', () => {
  const shows = `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: ledger}
spec:
  remote: {url: "http://127.0.0.1:1/mcp"}
  upstream: {credentials: [{name: api, header: x-key, from: {secretName: keys, key: api}}]}
`;
  const keys = (labels: string, value = 'sk-0123456789'): string => `apiVersion: v1
kind: Secret
metadata: {name: keys, labels: {${labels}}}
stringData: {api: ${JSON.stringify(value)}}
`;
  const LABELLED = 'sallyport.dev/upstream-credentials: "true"';

  it('are in a Secret that carries the label', () => {
    expect(problemsOf([shows, keys(LABELLED)], { requireSecrets: true })).toEqual([]);
  });

  it.each([
    [
      'the label is not there',
      [shows, keys('')],
      'does not carry the label sallyport.dev/upstream-credentials: "true"',
    ],
    ['the Secret is not there', [shows], 'no Secret default/keys is here'],
    [
      'the key is too short',
      [shows, keys(LABELLED, 'short')],
      'api of the Secret default/keys has fewer than 8 characters',
    ],
    ['the key has a line break', [shows, keys(LABELLED, 'sk-01234\nX-Evil: 1')], 'has a line break'],
    [
      'the key is not there',
      [shows, keys(LABELLED).replace('api:', 'other:')],
      'api of the Secret default/keys is not there',
    ],
  ])('are refused where %s, and never said', (_what, texts, problem) => {
    const [found = '', ...others] = problemsOf(texts, { requireSecrets: true });
    expect(others).toEqual([]);
    expect(found).toContain(problem);
    expect(found).not.toMatch(/sk-01|short"/);
  });

  it('may be elsewhere for a folder of a repository', () => {
    expect(problemsOf([shows])).toEqual([]);
  });

  describe('and the password of the store that gates share', () => {
    const shared = shows.replace(
      /upstream: .*/,
      'state: {valkey: {url: "redis://127.0.0.1:6379", passwordFrom: {secretName: keys, key: api}}}',
    );

    it('is in a Secret that carries the label, or elsewhere', () => {
      expect(problemsOf([shared, keys(LABELLED)], { requireSecrets: true })).toEqual([]);
      expect(problemsOf([shared])).toEqual([]);
    });

    it.each([
      ['the label is not there', [shared, keys('')], 'does not carry the label sallyport.dev/upstream-credentials'],
      ['the Secret is not there', [shared], 'no Secret default/keys is here'],
      [
        'the key is not there',
        [shared, keys(LABELLED).replace('api:', 'other:')],
        'api of the Secret default/keys is not there',
      ],
    ])('is refused where %s', (_what, texts, problem) => {
      const [found = '', ...others] = problemsOf(texts, { requireSecrets: true });
      expect(others).toEqual([]);
      expect(found).toContain('spec.state.valkey.passwordFrom');
      expect(found).toContain(problem);
      expect(found).not.toContain('sk-01');
    });
  });

  describe('and the certificate of the gate', () => {
    const certified = shows
      .replace('http:', 'https:')
      .replace(/credentials: .*/, 'clientCertificate: {secretName: keys}}');
    const at = 'spec.upstream.clientCertificate.secretName';

    it('is in a Secret that carries the label, or elsewhere', () => {
      expect(problemsOf([certified, keys(LABELLED)], { requireSecrets: true })).toEqual([]);
      expect(problemsOf([certified])).toEqual([]);
    });

    it.each([
      ['the label is not there', [certified, keys('')], 'does not carry the label sallyport.dev/upstream-credentials'],
      ['the Secret is not there', [certified], 'no Secret default/keys is here'],
    ])('is refused where %s', (_what, texts, problem) => {
      const [found = '', ...others] = problemsOf(texts, { requireSecrets: true });
      expect(others).toEqual([]);
      expect(found).toContain(at);
      expect(found).toContain(problem);
    });
  });
});

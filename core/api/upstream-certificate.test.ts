import { expect, it } from 'vitest';
import { loadDocuments } from './load.ts';

const problems = (spec: string): string[] =>
  loadDocuments(
    `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: ledger}
spec: {${spec}, upstream: {clientCertificate: {secretName: ledger-client}}}
`,
    'a.yaml',
  ).problems.map(({ path, message, mend }) => `${path}: ${message}; ${mend}`);

it('is for a server that is reached by an https URL', () => {
  expect(problems('remote: {url: "https://mcp.example.com/mcp"}')).toEqual([]);
});

it.each([
  ['http', 'remote: {url: "http://127.0.0.1:1/mcp"}'],
  ['pods', 'workload: {selector: {matchLabels: {app: a}}, port: 80}'],
  ['a program', 'stdio: {command: [a]}'],
])('is refused where it would never be shown: %s', (_what, spec) => {
  const [found, ...others] = problems(spec);
  expect(others).toEqual([]);
  expect(found).toMatch(
    /^spec[.]upstream[.]clientCertificate: is shown over TLS by a gate outside of a cluster; write the https URL/,
  );
});

it('is not complained of beside a URL that is none', () => {
  expect(problems('remote: {url: [a]}')).toEqual(expect.arrayContaining([expect.stringContaining('spec.remote.url')]));
});

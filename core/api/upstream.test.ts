import { describe, expect, it } from 'vitest';
import { loadDocuments } from './load.ts';

const from = '{secretName: keys, key: api}';
const WORKLOAD = 'workload: {selector: {matchLabels: {app: a}}, port: 80}';
const PROGRAM = 'stdio: {command: [a]}';

function problems(credentials: string, spec = WORKLOAD): string[] {
  const text = `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: ledger}
spec:
  ${spec}
  upstream:
    credentials:
${credentials
  .split('\n')
  .map((line) => `      - ${line}`)
  .join('\n')}
`;
  return loadDocuments(text, 'a.yaml').problems.map(({ path, message, mend }) => `${path}: ${message}; ${mend}`);
}

describe('what a server is shown', () => {
  it.each([
    ['a header', `{name: a, header: X-Key, from: ${from}}`, WORKLOAD],
    [
      'a header for some, and one for all behind it',
      `{name: a, header: x-key, from: ${from}, principals: {names: [a]}}\n{name: b, header: X-Key, from: ${from}}`,
      WORKLOAD,
    ],
    [
      'a parameter beside it',
      `{name: a, header: x-key, from: ${from}}\n{name: b, query: x-key, from: ${from}}`,
      WORKLOAD,
    ],
    ['a variable from a command', '{name: a, env: KEY, from: {command: [pass, a]}}', PROGRAM],
    ['a header from a file', '{name: a, header: x-key, from: {file: /a}}', 'remote: {url: "https://a.example/mcp"}'],
  ])('can be %s', (_what, credentials, spec) => {
    expect(problems(credentials, spec)).toEqual([]);
  });

  it.each([
    [
      'nowhere',
      `{name: a, from: ${from}}`,
      WORKLOAD,
      /^spec.upstream.credentials\[0\]: says nowhere, or in several places/,
    ],
    [
      'in a header of the transport',
      `{name: a, header: HOST, from: ${from}}`,
      WORKLOAD,
      /header: .*is a header that the gate or the transport writes/,
    ],
    [
      'in what is no header',
      `{name: a, header: "X Key", from: ${from}}`,
      WORKLOAD,
      /header: .*is not the name of a header/,
    ],
    [
      'in what is no parameter',
      `{name: a, query: "a&b", from: ${from}}`,
      WORKLOAD,
      /query: .*is not the name of a query parameter/,
    ],
    [
      'behind a prefix with a line break',
      `{name: a, header: x-key, prefix: "a\\nb", from: ${from}}`,
      WORKLOAD,
      /prefix: .*has a character that no header can carry/,
    ],
    [
      'behind a prefix in a URL',
      `{name: a, query: key, prefix: "a ", from: ${from}}`,
      WORKLOAD,
      /prefix: .*is what stands before the key in a header/,
    ],
    [
      'where it is never sent',
      `{name: all, header: x-key, from: ${from}}\n{name: b, header: X-KEY, from: ${from}}`,
      WORKLOAD,
      /^spec.upstream.credentials\[1\]: is never sent: all stands before it/,
    ],
    [
      'under a name twice',
      `{name: a, header: x-key, from: ${from}}\n{name: a, query: b, from: ${from}}`,
      WORKLOAD,
      /credentials\[1\].name: .*is the name of two credentials/,
    ],
    ['from nowhere', '{name: a, header: x-key, from: {}}', WORKLOAD, /from: names no source, or several/],
    [
      'from two places',
      '{name: a, header: x-key, from: {file: /a, command: [a]}}',
      'remote: {url: "https://a/"}',
      /from: names no source, or several/,
    ],
    [
      'from a Secret without a key',
      '{name: a, header: x-key, from: {secretName: keys}}',
      WORKLOAD,
      /goes with secretName/,
    ],
    [
      'from a file in pods',
      '{name: a, header: x-key, from: {file: /a}}',
      WORKLOAD,
      /from.file: .*is of a gate outside of a cluster/,
    ],
    [
      'from a command in pods',
      '{name: a, header: x-key, from: {command: [a]}}',
      WORKLOAD,
      /from.command: .*is of a gate outside of a cluster/,
    ],
    [
      'in a variable of a server that is no program',
      `{name: a, env: KEY, from: ${from}}`,
      WORKLOAD,
      /env: .*is for a program/,
    ],
    [
      'in a header of a program',
      `{name: a, header: x-key, from: ${from}}`,
      PROGRAM,
      /header: .*is for a server that is spoken to over HTTP/,
    ],
    [
      'in a variable for some callers',
      `{name: a, env: KEY, from: ${from}, principals: {names: [a]}}`,
      PROGRAM,
      /principals: .*is not possible beside env/,
    ],
    [
      'in a header that the server gets from its clients',
      `{name: a, header: authorization, from: ${from}}`,
      `access: {authorization: Server}\n  ${WORKLOAD}`,
      /header: .*is what the server gets from its clients/,
    ],
  ])('cannot be %s', (_what, credentials, spec, expected) => {
    expect(problems(credentials, spec).join('\n')).toMatch(expected);
  });
});

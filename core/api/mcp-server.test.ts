import { describe, expect, test } from 'vitest';
import { API_VERSION } from './common.ts';
import { mcpServerSchema } from './mcp-server.ts';
import { formatPath } from './problem.ts';

const REMOTE = { url: 'http://127.0.0.1:8080/mcp' };

function parse(spec: unknown, name = 'ledger') {
  return mcpServerSchema.safeParse({ apiVersion: API_VERSION, kind: 'MCPServer', metadata: { name }, spec });
}
const faults = (spec: unknown): string[] => parse(spec).error?.issues.map(({ path }) => formatPath(path)) ?? [];

describe('where the server is', () => {
  test.each(['http://127.0.0.1:8080/mcp', 'https://mcp.example.com/a?b=c', 'http://[::1]:1/'])('may be %s', (url) => {
    expect(faults({ remote: { url } })).toEqual([]);
  });
  test.each([
    ['of another scheme', 'ftp://example.com/mcp'],
    ['of a file', 'file:///etc/passwd'],
    ['without a scheme', 'example.com/mcp'],
    ['with a blank', 'http://example.com/a b'],
    ['with a line break', 'http://example.com/\nmcp'],
    ['behind a blank', ' http://example.com/'],
    ['with a password', 'http://user:secret@example.com/mcp'],
    ['with a user', 'http://user@example.com/mcp'],
    ['with an empty user', 'http://@example.com/mcp'],
    ['with an at sign in the host', 'https://a@b@example.com/'],
    ['with a fragment', 'http://example.com/mcp#x'],
    ['with an empty fragment', 'http://example.com/mcp#'],
    ['with a port that there is not', 'http://example.com:99999/'],
    ['that is empty', ''],
  ])('is no URL %s', (_name, url) => {
    expect(faults({ remote: { url } })).toEqual(['spec.remote.url']);
  });

  test('is not repeated in a problem where it may hold a secret', () => {
    const issue = parse({ remote: { url: 'ftp://x/?token=hunter2' } }).error?.issues[0];
    expect(issue).toMatchObject({ params: { private: true } });
  });

  const WORKLOAD = { selector: { matchLabels: { app: 'a' } }, port: 8080 };
  test('is said exactly once', () => {
    expect(faults({})).toEqual(['spec']);
    expect(faults({ workload: WORKLOAD })).toEqual([]);
    expect(faults({ remote: REMOTE, workload: WORKLOAD, stdio: { command: ['a'] } })).toEqual([
      'spec.remote',
      'spec.stdio',
    ]);
  });

  test('is said once beside other faults, too, so that one run names them all', () => {
    expect(faults({ nonsense: 1 })).toEqual(expect.arrayContaining(['spec', 'spec']));
    expect(faults(null)).toEqual(['spec']);
    expect(faults([])).toEqual(['spec']);
  });
});

describe('a program', () => {
  test.each([
    ['no word', []],
    ['an empty word first', ['']],
    ['a zero byte', ['a\0b']],
  ])('is not started with %s', (_name, command) => {
    expect(faults({ stdio: { command } })).not.toEqual([]);
  });
  test('may have an empty argument', () => expect(faults({ stdio: { command: ['a', ''] } })).toEqual([]));
  test.each(['', 'a=b', 'a\0'])('has no variable named %j', (name) => {
    expect(faults({ stdio: { command: ['a'], env: { [name]: 'x' } } })).not.toEqual([]);
  });
  test('asks nobody for a token', () => {
    expect(faults({ stdio: { command: ['a'] }, access: { authorization: 'Server' } })).toEqual([
      'spec.access.authorization',
    ]);
    expect(faults({ stdio: { command: ['a'] }, access: { authorization: 'Gate' } })).toEqual([]);
  });
});

test.each(['Ledger', '1st', 'a-', '-a', '', 'a.b', 'a'.repeat(64)])('a server is not named %j', (name) => {
  expect(parse({ remote: REMOTE }, name).success).toBe(false);
});

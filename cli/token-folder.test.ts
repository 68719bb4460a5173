import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TokenFolder } from './token-folder.ts';
import { folderWith } from './testing/run-cli.ts';

const server = (name: string, access = `access: {tokens: {secretName: ${name}-clients}}`): string =>
  `apiVersion: sallyport.dev/v1alpha1\nkind: MCPServer\nmetadata: {name: ${name}}\nspec:\n  remote: {url: "http://127.0.0.1:1/mcp"}\n  ${access}\n`;
const DIGEST = 'a'.repeat(64);
const BOB = 'b'.repeat(64);
const secret = (entries: string): string =>
  `# kept\napiVersion: v1\nkind: Secret\nmetadata: {name: ledger-clients}\nstringData:\n${entries}`;
const entry = (name: string): string => `  ${name}: '{"sha256": ["${BOB}"]}'\n`;
const ada = { name: 'ada', groups: ['ops'], digests: [DIGEST] };

describe('where the clients are', () => {
  test('is said by the server of the folder, and none are there before the first', () => {
    const folder = folderWith({ 'server.yaml': server('ledger') });
    const tokens = new TokenFolder(folder);
    expect(tokens.clients).toEqual([]);
    expect(tokens.file).toBe(join(folder, 'tokens.yaml'));
  });

  test('is one file where the folder is one', () => {
    const file = join(folderWith({ 'all.yaml': server('ledger') }), 'all.yaml');
    new TokenFolder(file).set(ada);
    expect(new TokenFolder(file).clients).toEqual([ada]);
    expect(readFileSync(file, 'utf8')).toContain('kind: MCPServer');
  });

  test('is the file that has the Secret already', () => {
    const folder = folderWith({ 'server.yaml': server('ledger'), 'z.yaml': secret(entry('bob')) });
    const tokens = new TokenFolder(folder);
    expect(tokens.file).toBe(join(folder, 'z.yaml'));
    expect(tokens.find('bob')).toEqual({ name: 'bob', groups: [], digests: [BOB] });
    expect(tokens.find('ada')).toBeUndefined();
  });

  test('is not a Secret of that name in another namespace', () => {
    const elsewhere = secret(entry('bob')).replace(
      '{name: ledger-clients}',
      '{name: ledger-clients, namespace: other}',
    );
    const folder = folderWith({ 'server.yaml': server('ledger'), 'z.yaml': elsewhere });
    expect(new TokenFolder(folder).clients).toEqual([]);
  });

  const faults: Record<string, [files: Record<string, string>, name: string | undefined, message: RegExp]> = {
    'has no server': [{ 'a.yaml': secret(entry('bob')) }, undefined, /has no MCPServer, which would say/],
    'has several, and none was chosen': [
      { 'a.yaml': server('a'), 'b.yaml': server('b') },
      undefined,
      /has several MCPServers/,
    ],
    'has none of that name': [{ 'a.yaml': server('a') }, 'b', /has no MCPServer named b/],
    'has a server that lets nobody in by token': [
      { 'a.yaml': server('a', '') },
      undefined,
      /does not say where its tokens/,
    ],
    'is broken': [{ 'a.yaml': server('a'), 'b.yaml': 'kind: PolicyPack\n' }, undefined, /b\.yaml:1:1/],
    'is empty': [{}, undefined, /has no \*\.yaml/],
  };
  for (const [name, [files, chosen, message]] of Object.entries(faults)) {
    test(`is not known of a folder that ${name}`, () => {
      expect(() => new TokenFolder(folderWith(files), chosen)).toThrow(message);
    });
  }

  test('is known of the server that was chosen', () => {
    const folder = folderWith({ 'a.yaml': server('a'), 'b.yaml': server('b') });
    new TokenFolder(folder, 'b').set(ada);
    expect(readFileSync(join(folder, 'tokens.yaml'), 'utf8')).toContain('b-clients');
    expect(new TokenFolder(folder, 'a').clients).toEqual([]);
  });
});

describe('a change', () => {
  const withBob = () => folderWith({ 'server.yaml': server('ledger'), 'z.yaml': secret(entry('bob')) });

  test('leaves everything else as it is written', () => {
    const folder = withBob();
    new TokenFolder(folder).set(ada);
    expect(readFileSync(join(folder, 'z.yaml'), 'utf8')).toContain(secret(entry('bob')).trimEnd());
    expect(new TokenFolder(folder).clients.map(({ name }) => name).toSorted()).toEqual(['ada', 'bob']);
  });

  test('leaves a file that others cannot read', () => {
    const folder = withBob();
    new TokenFolder(folder).set(ada);
    expect(statSync(join(folder, 'z.yaml')).mode & 0o777).toBe(0o600);
  });

  test('replaces a client of that name', () => {
    const folder = withBob();
    new TokenFolder(folder).set({ name: 'bob', groups: ['g'], digests: ['c'.repeat(64)] });
    expect(new TokenFolder(folder).clients).toEqual([{ name: 'bob', groups: ['g'], digests: ['c'.repeat(64)] }]);
  });

  test('takes a client away', () => {
    const folder = withBob();
    new TokenFolder(folder).set(ada);
    new TokenFolder(folder).remove('bob');
    expect(new TokenFolder(folder).clients).toEqual([ada]);
  });

  const uneditable: Record<string, string> = {
    braces: `apiVersion: v1
kind: Secret
metadata: {name: ledger-clients}
stringData: {bob: '{"sha256": ["${BOB}"]}', eve: '{"sha256": ["${'e'.repeat(64)}"]}'}
`,
    'an anchor that other fields use': `apiVersion: v1
kind: Secret
metadata: {name: ledger-clients}
stringData:
  bob: &bob '{"sha256": ["${BOB}"]}'
type: *bob
`,
    'data in Base64': `apiVersion: v1
kind: Secret
metadata: {name: ledger-clients}
data:
  bob: ${Buffer.from(`{"sha256": ["${BOB}"]}`).toString('base64')}
`,
  };
  for (const [name, text] of Object.entries(uneditable)) {
    test(`of ${name} is made as it was meant, or not at all`, () => {
      const folder = folderWith({ 'server.yaml': server('ledger'), 'z.yaml': text });
      const before = new TokenFolder(folder);
      const others = before.clients.filter((client) => client.name !== 'bob');
      try {
        before.remove('bob');
      } catch (error) {
        expect(String(error)).toContain('cannot be edited safely');
        expect(readFileSync(join(folder, 'z.yaml'), 'utf8')).toBe(text);
        return;
      }
      expect(new TokenFolder(folder).clients).toEqual(others);
    });
  }
});

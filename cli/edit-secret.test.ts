import { describe, expect, it } from 'vitest';
import { appendSecret, editSecret, stringDataLines, tokenEntry } from './edit-secret.ts';

const D1 = '1'.repeat(64);
const D2 = '2'.repeat(64);
const ID = { name: 'clients', namespace: 'default' };

describe('an entry', () => {
  it.each([
    ['has one digest', { digests: [D1], groups: [] }, `sha256: ${D1}\n`],
    [
      'has several, and groups',
      { digests: [D1, D2], groups: ['a', 'b: c'] },
      `sha256: [${D1}, ${D2}]\ngroups: ["a","b: c"]\n`,
    ],
  ])('%s', (_, client, text) => {
    expect(tokenEntry(client)).toBe(text);
  });

  it.each([
    ['plain', 'billing-agent', '  billing-agent: |\n    sha256: x\n'],
    ['a number', '123', '  "123": |\n    sha256: x\n'],
    ['a word that YAML knows', 'true', '  "true": |\n    sha256: x\n'],
  ])('stands under a key that is %s', (_, name, lines) => {
    expect(stringDataLines(name, 'sha256: x\n')).toBe(lines);
  });
});

const SECRET = `apiVersion: v1 # one
kind: Secret
metadata: {name: clients}
# who may call
stringData:
  # the first
  ada: |
    sha256: ${D1}
`;
const BEFORE = `# head
apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata:   {name:   odd}   # spaced
spec:
    remote: { url: 'http://127.0.0.1:1/mcp' }
---
`;
const AFTER = `---
# tail
kind: PolicyPack
spec:   {tools:   []}
`;

describe('editing', () => {
  it('adds a client and leaves comments and other documents as they are, to the byte', () => {
    const edited = editSecret(BEFORE + SECRET + AFTER, ID, 'bob', `sha256: ${D2}\n`);
    expect(edited).toBe(`${BEFORE}${SECRET}  bob: |\n    sha256: ${D2}\n${AFTER}`);
  });

  it('changes a client in its place', () => {
    expect(editSecret(SECRET, ID, 'ada', `sha256: ${D2}\n`)).toBe(SECRET.replace(D1, D2));
  });

  it('removes a client', () => {
    const edited = editSecret(editSecret(SECRET, ID, 'bob', 'sha256: x\n'), ID, 'bob', undefined);
    expect(edited).toBe(SECRET);
  });

  it('moves a client out of base64', () => {
    const text = 'apiVersion: v1\nkind: Secret\nmetadata: {name: clients}\ndata: {ada: eA==, bob: eQ==}\n';
    expect(editSecret(text, ID, 'ada', 'sha256: x\n')).toBe(
      'apiVersion: v1\nkind: Secret\nmetadata: {name: clients}\ndata: {bob: eQ==}\nstringData:\n  ada: |\n    sha256: x\n',
    );
  });

  it('keeps the line ends of Windows', () => {
    const edited = editSecret(SECRET.replaceAll('\n', '\r\n'), ID, 'bob', 'sha256: x\n');
    expect(edited.replaceAll('\r\n', '')).not.toContain('\n');
    expect(edited).toContain('  bob: |\r\n    sha256: x\r\n');
  });

  it('tells Secrets of one name apart by namespace', () => {
    const other = SECRET.replace('{name: clients}', '{name: clients, namespace: other}');
    const edited = editSecret(`${other}---\n${SECRET}`, ID, 'bob', 'sha256: x\n');
    expect(edited.startsWith(`${other}---\n`)).toBe(true);
    expect(edited).toContain('bob');
  });

  it('fails where there is none', () => {
    expect(() => editSecret(BEFORE, ID, 'bob', 'x')).toThrow('no Secret default/clients');
  });
});

describe('a new Secret', () => {
  it('is a file of its own', () => {
    expect(appendSecret('', ID, 'bob', `sha256: ${D1}\n`)).toMatch(
      /^# .*\napiVersion: v1\nkind: Secret\nmetadata: \{name: clients\}\nstringData:\n {2}bob: \|\n {4}sha256: 1{64}\n$/,
    );
  });

  it('follows what is in the file, which may lack its last newline', () => {
    const text = appendSecret('a: 1', { name: 'c', namespace: 'n' }, 'bob', 'sha256: x\n');
    expect(text.startsWith('a: 1\n---\n# ')).toBe(true);
    expect(text).toContain('metadata: {name: c, namespace: n}\n');
  });
});

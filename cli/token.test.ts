import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClientTokens } from '../core/api/client-tokens.ts';
import { loadDocuments } from '../core/api/load.ts';
import { folderWith, runCli } from './testing/run-cli.ts';
import { runHere } from './testing/run-here.ts';
import { merge, registerToken, renderClients, renderEntry } from './token.ts';

const SERVER = `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: ledger}
spec:
  remote: {url: "http://127.0.0.1:1/mcp"}
  access: {tokens: {secretName: ledger-clients}}
`;

const TOKEN = /^sallyport_[A-Za-z0-9_-]{43}\n$/;

const token = (...args: string[]) => runHere(registerToken, ['token', ...args]);
const create = (...args: string[]) => token('create', ...args);

function clientsIn(file: string) {
  const { documents, problems } = loadDocuments(readFileSync(file, 'utf8'), file);
  expect(problems).toEqual([]);
  const secret = documents.find(({ kind }) => kind === 'Secret');
  return secret?.kind === 'Secret' ? readClientTokens(secret.value).tokens : [];
}

const digestOf = (stdout: string): string => createHash('sha256').update(stdout.trim()).digest('hex');

describe('token create', () => {
  it('prints the token alone on stdout and stores nothing but its digest', async () => {
    const folder = folderWith({ 'server.yaml': SERVER });
    const { code, stdout, stderr } = await runCli([
      'token',
      'create',
      'billing-agent',
      '--groups',
      'agents, ops',
      '-f',
      folder,
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(TOKEN);
    expect(stderr).toContain('billing-agent');
    expect(stderr).not.toContain(stdout.trim());
    const file = join(folder, 'tokens.yaml');
    expect(clientsIn(file)).toEqual([
      { name: 'billing-agent', groups: ['agents', 'ops'], digests: [digestOf(stdout)] },
    ]);
    expect(readFileSync(file, 'utf8')).not.toContain(stdout.trim());
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['server.yaml', 'tokens.yaml']);
    expect(readFileSync(join(folder, 'server.yaml'), 'utf8')).toBe(SERVER);
    expect((await runCli(['lint', folder])).code).toBe(0);
  });

  it('makes another token each time', async () => {
    const [one, two] = [await create('a'), await create('a')];
    expect(one.stdout).toMatch(TOKEN);
    expect(one.stdout).not.toBe(two.stdout);
  });

  it('rotates: refuses at first, then adds, then replaces', async () => {
    const folder = folderWith({ 'server.yaml': SERVER });
    const file = join(folder, 'tokens.yaml');
    const first = await create('ada', '--groups', 'g', '-f', folder);
    const refused = await create('ada', '-f', folder);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/ada has a token already;.*--replace.*at once.*--add.*without a gap/);
    expect(clientsIn(file)[0]?.digests).toEqual([digestOf(first.stdout)]);
    const second = await create('ada', '--add', '-f', folder);
    expect(clientsIn(file)).toEqual([
      { name: 'ada', groups: ['g'], digests: [digestOf(first.stdout), digestOf(second.stdout)] },
    ]);
    const third = await create('ada', '--replace', '-f', folder);
    expect(clientsIn(file)).toEqual([{ name: 'ada', groups: ['g'], digests: [digestOf(third.stdout)] }]);
  });

  it('lets a client have 16 tokens and no more', async () => {
    const folder = folderWith({ 'server.yaml': SERVER });
    for (let i = 0; i < 16; i++) await create('ada', '--add', '-f', folder);
    expect(await create('ada', '--add', '-f', folder)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'sallyport: client ada: sha256 lists no digest or too many; list 1 to 16\n',
    });
  });

  it('writes into the file that holds the Secret, and through a link', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: ledger-clients}\n';
    const real = folderWith({ 'all.yaml': `# all\n${SERVER}---\n# clients\n${secret}` });
    const folder = folderWith();
    symlinkSync(join(real, 'all.yaml'), join(folder, 'all.yaml'));
    expect((await create('ada', '-f', folder)).code).toBe(0);
    expect(existsSync(join(folder, 'tokens.yaml'))).toBe(false);
    expect(lstatSync(join(folder, 'all.yaml')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(real, 'all.yaml'), 'utf8').startsWith(`# all\n${SERVER}---\n# clients\n`)).toBe(true);
    expect(clientsIn(join(real, 'all.yaml')).map(({ name }) => name)).toEqual(['ada']);
  });

  it('takes a single file as the folder', async () => {
    const folder = folderWith({ 'one.yaml': SERVER });
    expect((await create('ada', '-f', join(folder, 'one.yaml'))).code).toBe(0);
    expect(clientsIn(join(folder, 'one.yaml')).map(({ name }) => name)).toEqual(['ada']);
  });

  it('without a folder prints the entry to paste on stderr', async () => {
    const { code, stdout, stderr } = await create('ada', '--groups', 'g');
    expect(code).toBe(0);
    expect(stdout).toMatch(TOKEN);
    expect(stderr).toContain(`stringData:\n  ada: |\n    sha256: ${digestOf(stdout)}\n    groups: ["g"]\n`);
  });

  const two = `${SERVER}---\n${SERVER.replace('name: ledger', 'name: books').replace('ledger-clients', 'book-clients')}`;

  it('asks which server is meant, and takes the answer', async () => {
    const folder = folderWith({ 'server.yaml': two });
    const asked = await create('ada', '-f', folder);
    expect(asked).toMatchObject({ code: 1, stdout: '' });
    expect(asked.stderr).toContain('choose one with --server: ledger, books');
    expect((await create('ada', '-f', folder, '--server', 'books')).code).toBe(0);
    expect(readFileSync(join(folder, 'tokens.yaml'), 'utf8')).toContain('{name: book-clients}');
  });

  it.each([
    [
      'a folder without server',
      'kind: PolicyPack\napiVersion: sallyport.dev/v1alpha1\nmetadata: {name: p}\nspec: {}\n',
      'has no MCPServer, which would say where its tokens are; add one with these lines:\n  spec:\n    access:\n',
    ],
    [
      'a server without tokens',
      SERVER.replace(/ {2}access.*\n/, ''),
      'does not say where its tokens are; add these lines to it:\n  spec:\n    access:\n      tokens: {secretName: ledger-clients}',
    ],
    ['a broken folder', 'kind: [', 'nothing was changed'],
    [
      'a Secret with aliases that an edit would break',
      `${SERVER}---\napiVersion: v1\nkind: Secret\nmetadata: {name: ledger-clients}\ndata: &d {}\nstringData: *d\n`,
      'cannot be edited safely',
    ],
  ])('leaves %s alone and says why', async (_, text, sentence) => {
    const folder = folderWith({ 'server.yaml': text });
    const { code, stdout, stderr } = await create('ada', '-f', folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(readdirSync(folder)).toEqual(['server.yaml']);
    expect(readFileSync(join(folder, 'server.yaml'), 'utf8')).toBe(text);
  });

  it.each([
    ['a name that no client can have', ['a b'], 'is not the name of a client'],
    ['a reserved name', ['anonymous'], 'is a reserved name'],
    ['two ways to rotate', ['a', '--add', '--replace', '-f', '.'], 'exclude each other'],
    ['a rotation without folder', ['a', '--add'], 'need a folder'],
  ])('refuses %s', async (_, args, sentence) => {
    const { code, stdout, stderr } = await create(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
  });
});

describe('token list and revoke', () => {
  it('show the clients and remove one', async () => {
    const folder = folderWith({ 'server.yaml': SERVER });
    await create('ada', '--groups', 'a,b', '-f', folder);
    await create('bob', '-f', folder);
    await create('bob', '--add', '-f', folder);
    const list = await token('list', '-f', folder);
    expect(list).toEqual({ code: 0, stdout: 'NAME  GROUPS  TOKENS\nada   a,b     1\nbob   -       2\n', stderr: '' });
    expect(await token('revoke', 'bob', '-f', folder)).toMatchObject({ code: 0, stdout: '' });
    expect(clientsIn(join(folder, 'tokens.yaml')).map(({ name }) => name)).toEqual(['ada']);
    const again = await token('revoke', 'bob', '-f', folder);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('no client is named bob; there are: ada');
    await token('revoke', 'ada', '-f', folder);
    expect((await token('list', '-f', folder)).stdout).toBe('No clients.\n');
    expect((await create('cleo', '-f', folder)).code).toBe(0);
  });

  it('say when the file cannot be read', async () => {
    const folder = folderWith({ 'server.yaml': SERVER });
    writeFileSync(join(folder, 'tokens.yaml'), 'a: [');
    expect((await token('list', '-f', folder)).stderr).toMatch(/tokens\.yaml:1:\d+: .*nothing was changed/);
  });
});

describe('what is stored', () => {
  const old = { name: 'a', groups: ['x'], digests: ['1'] };
  const fresh = { name: 'a', groups: ['y'], digests: ['2'] };

  it.each([
    ['of a new client', undefined, {}, fresh],
    ['of a replaced token, with the groups kept', old, { replace: true }, { ...old, digests: ['2'] }],
    ['of a replaced token and groups', old, { replace: true, groups: 'y' }, fresh],
    ['of an added token', old, { add: true }, { ...old, digests: ['1', '2'] }],
  ])('%s', (_, before, options, after) => {
    expect(merge(before, fresh, options)).toEqual(after);
  });

  it('is said to the user', () => {
    expect(renderClients([])).toBe('No clients.\n');
    expect(renderEntry(fresh)).toContain('stringData:\n  a: |\n    sha256: 2\n    groups: ["y"]\n');
  });
});

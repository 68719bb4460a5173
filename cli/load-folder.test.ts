import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../core/api/problem.ts';
import { type FolderOptions, loadFolder } from './load-folder.ts';
import { folderWith } from './testing/run-cli.ts';

const server = (name: string, access = '{}') =>
  `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: ${name}}
spec: {remote: {url: "http://127.0.0.1:1/mcp"}, access: ${access}}
`;
const pack = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: base}
spec: {tools: [{names: [a], effect: Allow}]}
`;
const secret = `apiVersion: v1
kind: Secret
metadata: {name: clients}
stringData: {ada: "sha256: ${'a'.repeat(64)}"}
`;

const load = (path: string, options: Partial<FolderOptions> = {}) =>
  loadFolder({ path, serverName: undefined, assumed: undefined, ...options });
const problemsOf = (path: string, options: Partial<FolderOptions> = {}) => {
  const result = load(path, options);
  return 'problems' in result ? result.problems.map(formatProblem) : [];
};

describe('loadFolder', () => {
  it('makes one server, its compiled packs and its clients of the YAML files of a folder', () => {
    const folder = folderWith({
      'server.yaml': server('one', '{tokens: {secretName: clients}}'),
      'more.yml': `${pack}---\n${secret}`,
      '.hidden.yaml': 'not YAML: [',
      'notes.txt': 'not YAML either: [',
    });
    expect(load(folder)).toMatchObject({
      server: { metadata: { name: 'one', namespace: 'default' } },
      packs: ['default/base'],
      tokens: [{ name: 'ada' }],
      compiled: { revision: expect.stringMatching(/^sha256:/) as string },
    });
  });

  it('reads a single file too', () => {
    const folder = folderWith({ 'all.yaml': `${server('one')}---\n${pack}`, 'broken.yaml': '[' });
    expect(load(join(folder, 'all.yaml'))).toMatchObject({ packs: ['default/base'] });
  });

  it.each([
    ['a folder without YAML', { 'a.txt': '' }, {}, 'has no *.yaml file'],
    ['a folder without MCPServer', { 'a.yaml': pack }, {}, 'has no MCPServer'],
    ['several servers', { 'a.yaml': `${server('a')}---\n${server('b')}` }, {}, 'choose one with --server: a, b'],
    [
      'a server that is not there',
      { 'a.yaml': server('a') },
      { serverName: 'b' },
      'has no MCPServer named b; it has: a',
    ],
    [
      'an empty file, which may be one that is just being written',
      { 'a.yaml': server('a'), 'b.yaml': '' },
      {},
      'b.yaml:1:1',
    ],
    ['a secret that is not there', { 'a.yaml': server('a', '{tokens: {secretName: clients}}') }, {}, 'clients'],
    ['a wrong effect', { 'a.yaml': server('a'), 'b.yaml': pack.replace('Allow', 'Alow') }, {}, 'did you mean Allow?'],
  ] as [string, Record<string, string>, Partial<FolderOptions>, string][])(
    'says what is wrong with %s',
    (_name, files, options, words) => {
      expect(problemsOf(folderWith(files), options).join('\n')).toContain(words);
    },
  );

  it('chooses the server that is named', () => {
    const folder = folderWith({ 'a.yaml': `${server('a')}---\n${server('b')}` });
    expect(load(folder, { serverName: 'b' })).toMatchObject({ server: { metadata: { name: 'b' } } });
  });
});

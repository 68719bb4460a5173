import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Policy } from '../core/policy/policy.ts';
import { loadPolicy } from './load-policy.ts';
import { folderWith, runCli } from './testing/run-cli.ts';

const PACK = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: a}
spec: {tools: [{name: read, names: [read], effect: Allow}]}
`;
const SERVER = `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: files}
spec: {remote: {url: "http://127.0.0.1/mcp"}, access: {tokens: {secretName: clients}}}
`;
const load = (path: string, more: Partial<Parameters<typeof loadPolicy>[0]> = {}) =>
  loadPolicy({ path, serverName: undefined, ...more });

describe('a policy to ask', () => {
  it('needs no server and no Secret', () => {
    expect(load(folderWith({ 'a.yaml': PACK }))).toBeInstanceOf(Policy);
    expect(load(folderWith({ 'a.yaml': PACK, 's.yaml': SERVER }))).toBeInstanceOf(Policy);
  });

  it('may lie in several files', () => {
    const folder = folderWith({ 'a.yaml': PACK, 'b.yaml': PACK.replace('name: a', 'name: b') });
    const policy = load(join(folder, 'a.yaml'), { also: [join(folder, 'b.yaml')] });
    expect(policy instanceof Policy && policy.bundle.packs.map(({ ref }) => ref)).toEqual(['default/a', 'default/b']);
  });

  it('may be a bundle', async () => {
    const folder = folderWith({
      'a.yaml': PACK,
      's.yaml': SERVER.replace(', access: {tokens: {secretName: clients}}', ''),
    });
    const out = join(folder, 'bundle.json');
    expect((await runCli(['compile', '-f', folder, '--out', out])).code).toBe(0);
    expect(load(out)).toBeInstanceOf(Policy);
  });

  it('is none where a bundle cannot be read, or no pack is about the server', () => {
    const folder = folderWith({ 'bundle.json': '{', 'a.yaml': PACK });
    expect(load(join(folder, 'bundle.json'))).toMatchObject({ problems: [{ message: 'the bundle is not JSON' }] });
    expect(load(folder, { server: { namespace: 'other' } })).toEqual({ noPackFor: 'other/any' });
    expect(load(folderWith({ 'a.yaml': 'x: 1' }))).toHaveProperty('problems');
  });
});

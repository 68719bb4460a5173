import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hash } from 'node:crypto';
import { type FolderEvents, PolicyFolder } from './policy-folder.ts';
import { folderWith } from './testing/run-cli.ts';

const policy = (tool: string, token = 'old') => `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: one}
spec: {remote: {url: "http://127.0.0.1:1/mcp"}, access: {tokens: {secretName: clients}}}
---
apiVersion: v1
kind: Secret
metadata: {name: clients}
stringData: {ada: "sha256: ${hash('sha256', token, 'hex')}"}
---
apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: base}
spec: {tools: [{names: [${tool}], effect: Allow}]}
`;

function open(text: string) {
  const path = folderWith({ 'policy.yaml': text });
  const events = { onChange: vi.fn<FolderEvents['onChange']>(), onProblems: vi.fn<FolderEvents['onProblems']>() };
  const folder = new PolicyFolder({ path, serverName: undefined, assumed: undefined });
  onTestFinished(() => folder.close());
  folder.subscribe(events);
  return { folder, events, save: (next: string) => writeFileSync(join(path, 'policy.yaml'), next) };
}

describe('PolicyFolder', () => {
  it('enforces a saved change for the next call', async () => {
    const { folder, save } = open(policy('a'));
    const before = folder.current()?.revision;
    save(policy('b'));
    await vi.waitFor(() => expect(folder.current()?.revision).not.toBe(before));
  });

  it('takes a name in another pattern language with a warning, and not what no name can be', async () => {
    const { folder, events, save } = open(policy('"a.*"'));
    expect(folder.loaded?.warnings).toMatchObject([{ message: expect.stringContaining('regular expression') }]);
    const before = folder.current();
    save(policy('"^a"'));
    await vi.waitFor(() => expect(events.onProblems).toHaveBeenCalledTimes(1));
    expect(events.onProblems.mock.calls[0]?.[0][0]).toMatchObject({ mend: 'write "a*"' });
    expect(folder.current()).toBe(before);
  });

  it('takes a changed token without a new policy revision', async () => {
    const { folder, save } = open(policy('a', 'old'));
    const before = folder.current();
    expect(folder.find('old')?.name).toBe('ada');
    save(policy('a', 'new'));
    await vi.waitFor(() => expect(folder.find('new')?.name).toBe('ada'));
    expect(folder.find('old')).toBeUndefined();
    expect(folder.current()).toBe(before);
  });

  it('reports a broken change once, with its line, and keeps the last good policy and clients', async () => {
    const { folder, events, save } = open(policy('a'));
    const before = folder.current();
    save(policy('a').replace('effect: Allow', 'effect: Allw'));
    await vi.waitFor(() => expect(events.onProblems).toHaveBeenCalledTimes(1));
    expect(events.onProblems.mock.calls[0]?.[0][0]).toMatchObject({ line: 14, message: '"Allw" is not an effect' });
    expect(folder.current()).toBe(before);
    expect(folder.find('old')?.name).toBe('ada');
  });

  it('says nothing of a file that is broken only while it is being written', async () => {
    const { folder, events, save } = open(policy('a'));
    const before = folder.current()?.revision;
    save('');
    await vi.waitFor(() => folder.current());
    save(policy('b'));
    await vi.waitFor(() => expect(folder.current()?.revision).not.toBe(before));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events.onProblems).not.toHaveBeenCalled();
  });

  it('has no policy when it was broken from the start, until it is mended', async () => {
    const { folder, events, save } = open('nonsense');
    expect(folder.current()).toBeUndefined();
    expect(folder.find('old')).toBeUndefined();
    await vi.waitFor(() => expect(events.onProblems).toHaveBeenCalled());
    save(policy('a'));
    await vi.waitFor(() => expect(folder.current()).toBeDefined());
    expect(events.onChange).toHaveBeenCalledTimes(1);
  });
});

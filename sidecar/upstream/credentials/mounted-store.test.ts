import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { MountedStore } from './mounted-store.ts';

/** As the kubelet swaps a volume: all of it by one rename. */
function swap(directory: string, name: string, files: Record<string, string>): void {
  mkdirSync(join(directory, name, 'keys'), { recursive: true });
  for (const [key, text] of Object.entries(files)) writeFileSync(join(directory, name, 'keys', key), text);
  symlinkSync(name, join(directory, '..data_tmp'));
  renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
}

it('has what is mounted, and another version once that is exchanged', async () => {
  const directory = temporaryFolder();
  swap(directory, '..one', { api: 'first' });
  symlinkSync('..data/keys', join(directory, 'keys'));
  let told = 0;
  const store = new MountedStore(directory, () => told++);
  onTestFinished(() => store.close());
  const { version } = store;
  expect(store.read('keys', 'api')).toEqual({ text: 'first' });
  expect(store.read('keys', 'other')).toMatchObject({ problem: expect.stringContaining('Secret keys') as string });
  swap(directory, '..two', { api: 'second', large: 'x'.repeat(70_000) });
  await vi.waitFor(() => expect(store.version).toBeGreaterThan(version));
  expect(told).toBeGreaterThan(0);
  expect(store.read('keys', 'api')).toEqual({ text: 'second' });
  expect(store.read('keys', 'large')).toMatchObject({ problem: expect.stringContaining('70000') as string });
  mkdirSync(join(directory, '..two', 'keys', 'folder'));
  expect(store.read('keys', 'folder')).toMatchObject({ problem: expect.stringContaining('bytes') as string });
});

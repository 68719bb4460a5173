import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { MountedVolume } from '../../test/support/mounted-volume.ts';
import { testAuthority } from '../testing/certificates.ts';
import type { Pair, Unfit } from './pair.ts';
import { PairDirectory } from './pair-directory.ts';

const { issue } = testAuthority();
const filesOf = ({ cert, key }: { cert: string; key: string }) => ({ 'tls.crt': cert, 'tls.key': key });

function watched(volume: MountedVolume, clock = { now: () => Date.now() }): (Pair | Unfit)[] {
  const reads: (Pair | Unfit)[] = [];
  const directory = new PairDirectory(volume.path, clock, (read) => reads.push(read));
  onTestFinished(() => {
    directory.close();
    volume.close();
  });
  return reads;
}

it('is read at once, and again whenever the kubelet has swapped it', async () => {
  const [first, second] = [issue(), issue()];
  const volume = new MountedVolume(filesOf(first));
  const reads = watched(volume);
  expect(reads).toMatchObject([{ cert: first.cert }]);
  volume.swap(filesOf(second));
  await eventually('the next one', () => reads.length === 2);
  expect(reads[1]).toMatchObject({ cert: second.cert, key: second.key });
});

it('may come late', async () => {
  const volume = new MountedVolume();
  const reads = watched(volume);
  expect(reads).toEqual([{ problem: expect.stringContaining('tls.crt is missing') }]);
  volume.swap(filesOf(issue()));
  await eventually('it has come', () => 'cert' in (reads.at(-1) ?? {}));
});

it('comes right by itself where it was only early', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const volume = new MountedVolume(filesOf(issue({ notBefore: new Date('2026-01-02T00:00:00Z') })));
  const reads = watched(volume, { now: () => now });
  expect(reads[0]).toEqual({ problem: expect.stringContaining('not valid before') });
  now = Date.parse('2026-01-03T00:00:00Z');
  // No file changes: it is looked at again with the next poll.
  await eventually('it is good now', () => 'cert' in (reads.at(-1) ?? {}));
});

it('no directory is an error of whoever starts the gate', () => {
  expect(() => new PairDirectory('/nowhere', Date, () => {})).toThrow(/ENOENT/);
});

import { expect, it } from 'vitest';
import { StoredSource } from './stored-source.ts';

it('is what the store has, read once for each version, with what is wrong for whoever runs the gate', async () => {
  let [version, read]: [number, { text: string } | { problem: string }] = [0, { problem: 'is not there; make it' }];
  let reads = 0;
  const store = {
    get version() {
      return version;
    },
    read: () => {
      reads++;
      return read;
    },
  };
  const problems: string[] = [];
  const source = new StoredSource('api', { secret: 'keys', key: 'a' }, store, (problem) => problems.push(problem));
  for (const _ of [1, 2]) expect(source.look()).toMatchObject({ kind: 'refused' });
  expect([reads, source.problem, problems]).toEqual([
    1,
    'credential api: key a of Secret keys is not there; make it',
    ['credential api: key a of Secret keys is not there; make it'],
  ]);
  for (const value of ['sk-first-0123', 'sk-second-0123', 'sk-third-0123', 'sk-fourth-0123']) {
    [version, read] = [version + 1, { text: value }];
    expect(source.look()).toMatchObject({ kind: 'found', secret: { value } });
  }
  expect(source.problem).toBeUndefined();
  expect(source.common.map(({ value }) => value)).toEqual(['sk-fourth-0123', 'sk-third-0123', 'sk-second-0123']);
  [version, read] = [version + 1, { text: 'short' }];
  expect(source.look()).toMatchObject({ kind: 'refused' });
  // What was shown before may still be said.
  expect(source.common).toHaveLength(3);
  await new Promise<void>((done) => source.fetch(undefined, done));
});

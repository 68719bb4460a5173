import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { TestCluster } from '../../testing/test-cluster.ts';
import { ClusterKeys } from './cluster-keys.ts';

let clock: FakeClock;
let cluster: TestCluster;
let keys: ClusterKeys;

beforeEach(() => {
  clock = new FakeClock();
  cluster = new TestCluster();
  keys = new ClusterKeys(cluster, clock);
});

it('are those beside the policy, and none where none lie there', () => {
  expect([keys.issuer, keys.isUnheardOf('one'), keys.isUnheardOf('two')]).toEqual([cluster.issuer, false, true]);
  cluster.beside = undefined;
  const none = new ClusterKeys(cluster, clock);
  expect([none.issuer, none.current, none.isUnheardOf('one')]).toEqual([undefined, undefined, true]);
});

it('are newer ones once the operator was asked, until others lie there', async () => {
  const first = cluster.beside;
  cluster.rotate();
  await Promise.all([keys.hear(), keys.hear()]);
  expect([cluster.asked, keys.isUnheardOf('two')]).toEqual([['keys'], false]);
  cluster.beside = first && { ...first };
  expect(keys.isUnheardOf('two')).toBe(true);
});

it('are asked for at most every ten seconds', async () => {
  await keys.hear();
  clock.advance(9_999);
  await keys.hear();
  expect(cluster.asked).toHaveLength(1);
  clock.advance(1);
  await keys.hear();
  expect(cluster.asked).toHaveLength(2);
});

it('stay as they are while the operator is away', async () => {
  cluster.fresh = undefined;
  await keys.hear();
  expect(keys.isUnheardOf('one')).toBe(false);
});

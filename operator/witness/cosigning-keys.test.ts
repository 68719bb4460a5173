import { expect, test } from 'vitest';
import { parseWitnessKey } from '../../core/audit/note/note-keys.ts';
import { ConfigMaps, refusal } from '../testing/config-maps.ts';
import { WITNESS_KEYS } from '../names.ts';
import { CosigningKeys } from './cosigning-keys.ts';

function replica(maps: ConfigMaps, next?: number) {
  const derive = () => ({
    current: Buffer.alloc(32, 1),
    next: next === undefined ? undefined : Buffer.alloc(32, next),
  });
  return new CosigningKeys({ client: maps, certificates: { derive }, rootNamespace: 'sallyport-system' });
}
const published = (maps: ConfigMaps) => Object.values(maps.objects.get(WITNESS_KEYS)?.data ?? {});

test('a key is published before it is used, once', async () => {
  const maps = new ConfigMaps();
  const keys = replica(maps);
  const [key] = await keys.keys();
  await keys.keys();
  expect(parseWitnessKey(published(maps)[0] ?? '')?.text).toBe(key?.verifier.text);
  expect(key?.verifier.name).toBe('sallyport-witness/sallyport-system');
  expect(maps.writes).toEqual([`create ${WITNESS_KEYS}`]);
  await replica(maps).keys();
  expect(maps.writes).toHaveLength(1);
});

test('the next one comes beside it, and both cosign', async () => {
  const maps = new ConfigMaps();
  await replica(maps).keys();
  expect(await replica(maps, 2).keys()).toHaveLength(2);
  expect(published(maps)).toHaveLength(2);
});

test('of two replicas that start together, both publish', async () => {
  const maps = new ConfigMaps();
  maps.beforeWrite = () => {
    if (maps.objects.size === 0) maps.put(WITNESS_KEYS, { other: 'x' });
  };
  await replica(maps).keys();
  expect(published(maps)).toHaveLength(2);
});

test('where it cannot be published, nothing is cosigned', async () => {
  const maps = new ConfigMaps();
  maps.beforeWrite = () => {
    throw refusal(500);
  };
  await expect(replica(maps).keys()).rejects.toThrow();
});

import { expect, test } from 'vitest';
import { addEvictable, removeEvictable } from './evictable.ts';
import type { RawMetadata } from './pod.ts';

const KEY = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';

test.each<[string, RawMetadata, string]>([
  ['without annotations', {}, 'sallyport-state'],
  ['with others', { annotations: { a: 'b' } }, 'sallyport-state'],
  ['that names volumes of its own', { annotations: { [KEY]: 'cache,tmp' } }, 'cache,tmp,sallyport-state'],
  ['that names ours already', { annotations: { [KEY]: 'sallyport-state,cache' } }, 'cache,sallyport-state'],
  ['that names nothing', { annotations: { [KEY]: '' } }, 'sallyport-state'],
])('a pod %s', (_, metadata, expected) => {
  addEvictable(metadata);
  expect(metadata.annotations?.[KEY]).toBe(expected);
  addEvictable(metadata);
  expect(metadata.annotations?.[KEY]).toBe(expected);
});

test.each<[string, RawMetadata, RawMetadata]>([
  ['without annotations', {}, {}],
  ['of others', { annotations: { [KEY]: 'cache' } }, { annotations: { [KEY]: 'cache' } }],
  ['of ours', { annotations: { [KEY]: 'sallyport-state' } }, { annotations: {} }],
  ['of both', { annotations: { [KEY]: 'cache,sallyport-state' } }, { annotations: { [KEY]: 'cache' } }],
])('is taken out of a pod %s', (_, metadata, expected) => {
  removeEvictable(metadata);
  expect(metadata).toEqual(expected);
});

import { describe, expect, it } from 'vitest';
import { controllerOf, isControlledBy, ownerReference } from './owner.ts';
import type { KubeObject } from './resource.ts';

const server: KubeObject = {
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'github', uid: 'u1' },
};

describe('ownerReference', () => {
  it('names the owner as the controller and holds its deletion', () => {
    expect(ownerReference(server)).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      name: 'github',
      uid: 'u1',
      controller: true,
      blockOwnerDeletion: true,
    });
  });

  it('refuses an owner that the API server never returned', () => {
    expect(() => ownerReference({ ...server, metadata: { name: 'github' } })).toThrow('Widget github has no uid');
  });
});

describe('isControlledBy', () => {
  const owned: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 's',
      ownerReferences: [{ ...ownerReference(server), controller: false, uid: 'u0' }, ownerReference(server)],
    },
  };

  it('finds the one controller among the owners', () => {
    expect(controllerOf(owned)?.uid).toBe('u1');
    expect(isControlledBy(owned, server)).toBe(true);
  });

  it('does not take a later namesake for the owner', () => {
    expect(isControlledBy(owned, { ...server, metadata: { name: 'github', uid: 'u2' } })).toBe(false);
    expect(isControlledBy(owned, { ...server, metadata: { name: 'github' } })).toBe(false);
  });
});

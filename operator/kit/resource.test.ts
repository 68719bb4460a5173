import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareResourceVersions,
  defineResource,
  groupOf,
  pathOf,
  qualifiedName,
  type Ref,
  type Resource,
} from './resource.ts';
import { RESOURCES } from './kubernetes-resources.ts';

const widgets = defineResource('example.com/v1', 'Widget', 'widgets');

describe('pathOf', () => {
  const table: { path: string; of: [Resource, Partial<Ref>?, string?] }[] = [
    { path: '/api/v1/pods', of: [RESOURCES.Pod] },
    { path: '/api/v1/namespaces/shop/pods', of: [RESOURCES.Pod, { namespace: 'shop' }] },
    {
      path: '/api/v1/namespaces/shop/pods/web/status',
      of: [RESOURCES.Pod, { namespace: 'shop', name: 'web' }, 'status'],
    },
    { path: '/api/v1/namespaces/shop', of: [RESOURCES.Namespace, { name: 'shop' }] },
    { path: '/api/v1/namespaces/shop', of: [RESOURCES.Namespace, { namespace: 'ignored', name: 'shop' }] },
    { path: '/apis/example.com/v1/widgets', of: [widgets] },
    {
      path: '/api/v1/namespaces/a%2Fb/pods/..%2Fsecrets',
      of: [RESOURCES.Pod, { namespace: 'a/b', name: '../secrets' }],
    },
  ];
  it.each(table)('$path', ({ path, of }) => {
    expect(pathOf(...of)).toBe(path);
  });
});

describe('names', () => {
  it('qualify a kind by its group, the core group being nameless', () => {
    expect(qualifiedName(widgets)).toBe('widgets.example.com');
    expect(qualifiedName(RESOURCES.Pod)).toBe('pods');
    expect(groupOf(RESOURCES.Deployment)).toBe('apps');
  });
});

describe('compareResourceVersions', () => {
  it('orders as the integers they are, beyond what a JavaScript number holds', () => {
    const integer = fc.bigInt({ min: 0n, max: 2n ** 80n });
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        expect(Math.sign(compareResourceVersions(String(a), String(b)))).toBe(a === b ? 0 : a < b ? -1 : 1);
      }),
    );
  });
});

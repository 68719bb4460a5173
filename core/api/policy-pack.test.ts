import { describe, expect, it } from 'vitest';
import { checkPackPlacement, type PolicyPack, policyPackSchema } from './policy-pack.ts';

function pack(namespace: string, spec: object = {}): PolicyPack {
  return policyPackSchema.parse({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'PolicyPack',
    metadata: { name: 'baseline', namespace },
    spec,
  });
}

const selector = { namespaceSelector: { matchLabels: { env: 'prod' } } };

describe('checkPackPlacement', () => {
  it.each([
    ['a pack without a selector', pack('finance')],
    ['a pack without a selector in the root namespace', pack('sallyport-system')],
    ['a selector in the root namespace', pack('sallyport-system', selector)],
  ])('has nothing against %s', (_, candidate) => {
    expect(checkPackPlacement(candidate, 'sallyport-system')).toEqual([]);
  });

  it('refuses a selector elsewhere', () => {
    expect(checkPackPlacement(pack('finance', selector), 'sallyport-system')).toEqual([
      {
        path: 'spec.namespaceSelector',
        message:
          'has no meaning in the namespace finance: only packs in sallyport-system, the namespace of the operator, reach other namespaces',
        mend: 'remove it, or move the pack to sallyport-system',
      },
    ]);
  });
});

describe('roots of paths', () => {
  const isAllowed = (root: string): boolean =>
    policyPackSchema.safeParse({
      ...pack('finance'),
      spec: { tools: [{ names: ['a'], effect: 'Allow', arguments: { p: { type: 'path', roots: [root] } } }] },
    }).success;

  it.each(['/', '/data', '/data/', '/a/b.c/..d/...', '/.config', '/a b/é', '/*'])('may be %s', (root) => {
    expect(isAllowed(root)).toBe(true);
  });

  it.each(['', 'data', '//', '/data//', '/.', '/..', '/a/./b', '/a/../b', '/a/..', '/a/.', '/a\nb', '//a', '/a//b'])(
    'may not be %j',
    (root) => {
      expect(isAllowed(root)).toBe(false);
    },
  );
});

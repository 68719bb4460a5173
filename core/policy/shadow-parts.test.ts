import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { hasShadowParts, withoutShadowParts, withRules, withShadowChecks } from './shadow-parts.ts';
import { pack, server } from './testing/gen.ts';

type Spec = Parameters<typeof pack>[0];

const path = { type: 'path' as const, roots: ['/data'] };
const bundleOf = (spec: Spec) => compile(server(), [pack(spec)]).bundle;
const plain: Spec = { tools: [{ names: ['a'], effect: 'Allow', arguments: { path } }] };

describe('what of a pack only records', () => {
  it.each<[what: string, spec: Spec]>([
    ['a rule', { tools: [...(plain.tools ?? []), { names: ['*'], effect: 'Deny', mode: 'Shadow' }] }],
    ['a rule on resources', { ...plain, resources: [{ uris: ['**'], effect: 'Deny', mode: 'Shadow' }] }],
    ['a request of servers', { ...plain, clientRequests: { roots: { effect: 'Deny', mode: 'Shadow' } } }],
    [
      'the check of an argument',
      { tools: [{ names: ['a'], effect: 'Allow', arguments: { path, to: { ...path, mode: 'Shadow' } } }] },
    ],
  ])('is %s, and without it the bundle is what it was', (_what, spec) => {
    const bundle = bundleOf(spec);
    expect(bundle.packs.some(hasShadowParts)).toBe(true);
    expect(withoutShadowParts(bundle).packs).toEqual(bundleOf(plain).packs);
  });

  it('is nothing where nothing is said of it', () => {
    expect(bundleOf(plain).packs.some(hasShadowParts)).toBe(false);
  });
});

it('rules are changed in each list, and a list that gets empty is gone', () => {
  const bundle = bundleOf({
    tools: [
      { names: ['a'], effect: 'Allow' },
      { names: ['b'], effect: 'Deny', mode: 'Shadow' },
    ],
  });
  const only = (name: string) => withRules(bundle, (rule) => (rule.patterns.includes(name) ? [rule] : [])).packs[0];
  expect(only('a')).not.toHaveProperty('shadowRules');
  expect(only('b')).toMatchObject({ rules: [], shadowRules: [{ patterns: ['b'] }] });
});

it('checks that only record are left out one by one', () => {
  const spec: Spec = {
    tools: [
      { names: ['a'], effect: 'Allow', arguments: { b: { ...path, mode: 'Shadow' }, c: { ...path, mode: 'Shadow' } } },
    ],
  };
  const [rule] = bundleOf(spec).packs[0]?.rules ?? [];
  if (rule === undefined) expect.fail('no rule');
  expect(withShadowChecks(rule, ([name]) => name === 'c').shadowArguments).toEqual({ c: path });
  expect(withShadowChecks(rule, () => false)).not.toHaveProperty('shadowArguments');
});

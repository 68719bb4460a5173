import { describe, expect, it } from 'vitest';
import { type PolicyPackInput, policyPackSchema } from '../policy-pack.ts';
import { API_VERSION } from '../common.ts';
import { ruleLists } from './lists.ts';

const complaints = (spec: unknown): string[] => {
  const parsed = policyPackSchema.safeParse({
    apiVersion: API_VERSION,
    kind: 'PolicyPack',
    metadata: { name: 'p' },
    spec: spec as PolicyPackInput['spec'],
  });
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.slice(1).join('.')}: ${message}`);
};
const rule = (name: string) => ({ name, names: ['x'], effect: 'Log' });

describe('names of rules', () => {
  it('may be given once in a pack, over all its lists', () => {
    const spec = { tools: [rule('a'), rule('b')], prompts: [rule('b')], methods: [rule('a'), rule('c')] };
    expect(complaints(spec)).toEqual([
      'prompts.0.name: is the name of tools[1] already; give every rule of a pack a name of its own',
      'methods.0.name: is the name of tools[0] already; give every rule of a pack a name of its own',
    ]);
  });

  it('are looked at in a pack with other faults as well', () => {
    const spec = { tools: [rule('a'), { ...rule('a'), effect: 'Maybe' }, null], prompts: 'none' };
    expect(complaints(spec).filter((text) => text.includes('already'))).toHaveLength(1);
  });

  it('need not be given', () => {
    const { name: _, ...unnamed } = rule('a');
    expect(complaints({ tools: [unnamed, unnamed], prompts: [unnamed] })).toEqual([]);
  });
});

it('each list takes a thousand rules', () => {
  for (const [list, schema] of Object.entries(ruleLists)) {
    const one = list === 'resources' ? { uris: ['x'], effect: 'Log' } : { names: ['x'], effect: 'Log' };
    expect([1000, 1001].map((length) => schema.safeParse(Array.from({ length }, () => one)).success)).toEqual([
      true,
      false,
    ]);
  }
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleLists } from '../../api/rules/lists.ts';
import { pack } from '../testing/gen.ts';
import { readCondition } from '../../conditions/read.ts';
import { type BundleRule, compilePack, packSchema, TARGET_RULES } from './pack.ts';

const everything = pack({
  mode: 'Shadow',
  tools: [
    { names: ['a'], effect: 'RequireApproval', principals: { names: ['ada'] }, reason: 'ask' },
    { name: 'mine', names: ['b*'], effect: 'Allow', arguments: { path: { type: 'path', roots: ['/data'] } } },
  ],
  resources: [{ uris: ['x:**'], effect: 'Deny' }],
  prompts: [{ names: ['p'], effect: 'Log' }],
  methods: [{ names: ['vendor/*'], effect: 'Log' }],
  clientRequests: { roots: { effect: 'Deny' } },
});

describe('what a bundle holds of a pack', () => {
  it('is all of its rules, each list in its place', () => {
    const { ref, mode, rules } = compilePack(everything, readCondition);
    expect({ ref, mode, ids: rules.map(({ id, target }) => [id, target]) }).toEqual({
      ref: 'finance/pack',
      mode: 'Shadow',
      ids: [
        ['finance/pack#tools[0]', 'tool'],
        ['finance/pack#mine', 'tool'],
        ['finance/pack#resources[0]', 'resource'],
        ['finance/pack#prompts[0]', 'prompt'],
        ['finance/pack#methods[0]', 'method'],
      ],
    });
  });

  it('has what only records in lists of its own, under the names it would have in its place', () => {
    const shadow = { names: ['b'], effect: 'Deny' as const, mode: 'Shadow' as const };
    const compiled = compilePack(
      pack({
        tools: [shadow, { names: ['a'], effect: 'Allow' }],
        clientRequests: { roots: { effect: 'Deny', mode: 'Shadow' } },
      }),
      readCondition,
    );
    expect(compiled.rules.map(({ id }) => id)).toEqual(['finance/pack#tools[1]']);
    expect(compiled.shadowRules?.map(({ id }) => id)).toEqual(['finance/pack#tools[0]']);
    expect(compiled.shadowClientRequests?.map(({ kind }) => kind)).toEqual(['roots']);
    expect(packSchema.parse(JSON.parse(JSON.stringify(compiled)))).toEqual(compiled);
    expect(Object.keys(compilePack(everything, readCondition))).toEqual(['ref', 'mode', 'rules', 'clientRequests']);
  });

  it('has a kind for every list that a pack can have', () => {
    expect(TARGET_RULES.map(({ list }) => list)).toEqual(Object.keys(ruleLists));
  });

  it('can be read back as it was written', () => {
    const written: unknown = JSON.parse(JSON.stringify(compilePack(everything, readCondition)));
    expect(packSchema.parse(written)).toEqual(written);
  });

  const forged = (at: number, change: object): unknown => {
    const { rules, ...rest } = compilePack(everything, readCondition);
    return { ...rest, rules: rules.with(at, { ...(rules[at] as BundleRule), ...change }) };
  };
  it.each([
    ['an effect that does not exist', 0, { effect: 'Maybe' }, 'effect'],
    ['an effect that no pack can ask for', 0, { effect: 'Redact' }, 'effect'],
    ['a kind that does not exist', 0, { target: 'thing' }, 'target'],
    ['a field that does not exist', 0, { more: 1 }, ''],
    ['a check of the arguments of a prompt', 3, { arguments: {} }, 'arguments'],
    ['such a check that only records', 3, { shadowArguments: {} }, 'shadowArguments'],
    ['a method that waits for a person', 4, { effect: 'RequireApproval' }, 'effect'],
    ['terms for a method', 4, { approval: { expiresMs: 1, holdMs: 1 } }, 'approval'],
    ['terms that are no time', 0, { approval: { expiresMs: -1, holdMs: 1 } }, 'approval.expiresMs'],
  ])('is not read with %s', (_what, at, change, path) => {
    const issues = packSchema.safeParse(forged(at, change)).error?.issues;
    expect(issues?.[0]?.path.join('.')).toBe(['rules', at, ...(path === '' ? [] : [path])].join('.'));
  });

  it('is the same whatever else is in the pack', () => {
    fc.assert(
      fc.property(fc.subarray(['tools', 'resources', 'prompts', 'methods'] as const), (lists) => {
        const spec = Object.fromEntries(lists.map((list) => [list, everything.spec[list]]));
        const whole = compilePack(everything, readCondition).rules;
        const part = compilePack(pack(spec), readCondition).rules;
        expect(part).toEqual(whole.filter(({ id }) => part.some((rule) => rule.id === id)));
      }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import type { PolicyPackInput } from '../../api/policy-pack.ts';
import { pack } from '../testing/gen.ts';
import { type BundleDefinitions, bothDefinitions, compileDefinitions } from './definitions.ts';

type Definitions = NonNullable<PolicyPackInput['spec']['definitions']>;
const digest = (char: string): string => `sha256:${char.repeat(64)}`;
const entry = (definitions: Definitions): BundleDefinitions =>
  compileDefinitions('finance/pack', pack({ definitions }).spec).definitions ?? expect.fail();

test('an entry is held with its defaults, and digests sorted and each once', () => {
  expect(entry({ pin: 'Required', accept: [digest('b'), digest('a'), digest('b')] })).toEqual({
    id: 'finance/pack#definitions',
    mode: 'Enforce',
    pin: 'Required',
    accept: [digest('a'), digest('b')],
    onChange: 'Deny',
    lints: {
      hiddenText: 'Deny',
      modelInstructions: 'Log',
      otherTools: 'Log',
      names: 'Log',
      schemaTricks: 'Log',
      annotations: 'Log',
    },
  });
});

test('a pack without one holds none', () => {
  expect(compileDefinitions('finance/pack', pack({}).spec)).toEqual({});
});

describe('of two versions', () => {
  const both = (one: Definitions | undefined, other: Definitions | undefined) =>
    bothDefinitions(one && entry(one), other && entry(other)).definitions;

  test('what both accept is accepted, and what one denies is denied', () => {
    const one: Definitions = { pin: 'Required', accept: [digest('a'), digest('b')], onChange: 'Log', names: 'Deny' };
    const other: Definitions = { pin: 'Required', accept: [digest('b'), digest('c')], hiddenText: 'Log' };
    expect(both(one, other)).toMatchObject({
      ...{ pin: 'Required', accept: [digest('b')], onChange: 'Deny' },
      lints: { hiddenText: 'Deny', names: 'Deny', annotations: 'Log' },
    });
  });
  test('a pin of one of them holds as that one says it', () => {
    const pinned: Definitions = { pin: 'Required', accept: [digest('a')], onChange: 'Log' };
    expect(both({}, pinned)).toMatchObject({ pin: 'Required', accept: [digest('a')], onChange: 'Log' });
    expect(both({}, {})).toMatchObject({ pin: 'Off', accept: [] });
    expect(both({ pin: 'FirstUse' }, pinned)).toMatchObject({ pin: 'Required', accept: [] });
  });
  test('one that is alone holds, and one in shadow does not restrict', () => {
    expect(both(undefined, { names: 'Deny' })).toEqual(entry({ names: 'Deny' }));
    expect(both({ mode: 'Shadow' }, { names: 'Deny' })).toEqual(entry({ names: 'Deny' }));
    expect(both({ mode: 'Shadow' }, undefined)).toEqual(entry({ mode: 'Shadow' }));
    expect(both(undefined, undefined)).toBeUndefined();
  });
});

test('of two that differ, to refuse is more than to ask, and to ask more than to record', () => {
  const onChangeOf = (one: 'Log' | 'RequireApproval' | 'Deny', other: typeof one): string | undefined =>
    bothDefinitions(entry({ pin: 'FirstUse', onChange: one }), entry({ pin: 'FirstUse', onChange: other })).definitions
      ?.onChange;
  expect(onChangeOf('Log', 'RequireApproval')).toBe('RequireApproval');
  expect(onChangeOf('RequireApproval', 'Deny')).toBe('Deny');
});

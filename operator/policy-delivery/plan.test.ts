import { describe, expect, test, vi } from 'vitest';
import type { PolicyPackInput } from '../../core/api/policy-pack.ts';
import { compile } from '../../core/policy/compile.ts';
import type { Feature } from '../../core/policy/feature.ts';
import { FEATURES } from '../../core/policy/features.ts';
import { pack, server } from '../../core/policy/testing/gen.ts';
import { type Gate, isBeyond, plan } from './plan.ts';

type Spec = PolicyPackInput['spec'];
const bundleOf = (spec: Spec) => compile(server(), [pack(spec, 'payments')]);
const gate = (name: string, version: number, ...features: string[]): Gate => ({
  name,
  understands: { version, features, gate: '0' },
});

const plain = bundleOf({ tools: [{ names: ['pay'], effect: 'Allow' }] });
const audited = bundleOf({ tools: [{ names: ['pay'], effect: 'Allow' }], audit: { level: 'Required' } });
const old = gate('old', 1);
const current = gate('current', 2, 'audit.level', 'wire.keys');
const future = gate('future', 7, 'audit.level', 'wire.keys', 'dlp.results');
const nothing = () => undefined;

const shown = (full: typeof plain, gates: Gate[], features = FEATURES) =>
  plan(full, gates, nothing, features).map(({ file, gates: readers, bundle }) => [
    file,
    readers.map(({ name }) => name).join(' '),
    [...bundle.withheld.keys()].join(' '),
  ]);

describe('the files of a server', () => {
  test('are one that every gate reads, where nothing new is used', () => {
    expect(shown(plain, [old, current, future])).toEqual([['bundle.json', 'old current future', '']]);
    expect(plan(plain, [old, current], nothing)[0]?.bundle.text).toBe(plain.text);
  });

  test('are one of the version that is needed, where every gate understands it, also without any pod', () => {
    expect(shown(audited, [current, future])).toEqual([['bundle.v2.json', 'current future', '']]);
    expect(shown(audited, [])).toEqual([['bundle.v2.json', '', '']]);
    expect(plan(audited, [current], nothing)[0]?.bundle.text).toBe(audited.text);
  });

  test('are one more for each version of gates that do not understand it', () => {
    expect(shown(audited, [old, current])).toEqual([
      ['bundle.v2.json', 'current', ''],
      ['bundle.json', 'old', 'finance/payments'],
    ]);
  });

  test('say nothing of a feature to a gate that does not read the version it came with, whatever it claims to know', () => {
    expect(shown(audited, [gate('odd', 1, 'audit.level')])[1]).toEqual(['bundle.json', 'odd', 'finance/payments']);
  });

  test('are there for pods to come as well, when all that run are too old', () => {
    expect(shown(audited, [old])).toEqual([
      ['bundle.v2.json', '', ''],
      ['bundle.json', 'old', 'finance/payments'],
    ]);
  });

  test('say nothing that one of their gates does not understand, also where two of one version differ', () => {
    const half = gate('half', 2, 'wire.keys');
    expect(shown(audited, [current, half])).toEqual([['bundle.v2.json', 'current half', 'finance/payments']]);
  });

  test('of a version in between lie under its own name', () => {
    const later: Feature = { ...(FEATURES[0] as Feature), name: 'later', since: 3, isIn: () => true };
    const full = {
      ...audited,
      bundle: { ...audited.bundle, formatVersion: 3, requires: { later: ['finance/payments'] } },
    };
    // This operator writes versions up to 2: one that is newer than all of it is never written.
    expect(shown(full, [old, current], [...FEATURES, later]).map(([file]) => file)).toEqual([
      'bundle.v3.json',
      'bundle.v2.json',
      'bundle.json',
    ]);
  });
});

describe('what gates have now', () => {
  test('is looked up for the version that they read', () => {
    const enforced = vi.fn(nothing);
    plan(audited, [old, current], enforced);
    expect(enforced.mock.calls).toEqual([[2], [1]]);
  });

  test.each([
    ['matters where one of them does not understand all that is meant', audited, [old, current], true],
    ['does not matter where all of them do', audited, [current, future], false],
    ['does not matter where nothing new is used', plain, [old], false],
    ['does not matter without gates', audited, [], false],
  ])('%s', (_, full, gates, expected) => {
    expect(isBeyond(full, gates)).toBe(expected);
  });
});

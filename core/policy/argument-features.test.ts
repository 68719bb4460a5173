import { describe, expect, test } from 'vitest';
import { ARGUMENT_FEATURES } from './argument-features.ts';
import { compile } from './compile.ts';
import { ARGUMENT_SAMPLES } from './testing/argument-samples.ts';
import { pack, server } from './testing/gen.ts';

const allow = { tools: [{ names: ['get_*'], effect: 'Allow' as const }] };

describe('a type of argument', () => {
  const others = Object.values(ARGUMENT_SAMPLES).filter(({ type }) => type !== 'path');

  test('that came later is a feature, and paths, which were always there, are none', () => {
    const named = ARGUMENT_FEATURES.map(({ name }) => name).filter(
      (name) => name.startsWith('arguments.') && name !== 'arguments.limits',
    );
    expect(named).toEqual([
      ...others.map(({ type }) => `arguments.${type}`),
      'arguments.constraints',
      'arguments.pointers',
    ]);
  });

  test('is required of gates, and its rules are told apart from all others', () => {
    for (const said of others) {
      const using = pack({ tools: [...allow.tools, { names: ['a'], effect: 'Allow', arguments: { x: said } }] });
      const feature = ARGUMENT_FEATURES.find(({ name }) => name === `arguments.${said.type}`);
      const { bundle } = compile(server(), [using]);
      expect(bundle.requires).toMatchObject({ [`arguments.${said.type}`]: ['finance/pack'] });
      expect(bundle.packs[0]?.rules.map((rule) => feature?.isInRule?.(rule))).toEqual([false, true]);
      expect(feature?.removeFrom(bundle).packs).toEqual(compile(server(), [pack(allow)]).bundle.packs);
    }
  });
});

test.each([
  ['arguments.constraints', { path: { ...ARGUMENT_SAMPLES.path, required: true } }],
  ['arguments.pointers', { '/edits/*/path': ARGUMENT_SAMPLES.path }],
])('%s is required of gates, but not for what only records', (name, checks) => {
  const feature = ARGUMENT_FEATURES.find((one) => one.name === name);
  const using = (mode: 'Enforce' | 'Shadow') =>
    pack({
      tools: [
        ...allow.tools,
        { names: ['a'], effect: 'Allow', arguments: mapValues(checks, (one) => ({ ...one, mode })) },
        { names: ['b'], effect: 'Allow', mode: 'Shadow', arguments: checks },
      ],
    });
  expect(compile(server(), [using('Enforce')]).bundle.requires).toEqual({ [name]: ['finance/pack'] });
  const { bundle } = compile(server(), [using('Shadow')]);
  expect(bundle).not.toHaveProperty('requires');
  const [stripped] = feature?.removeFrom(bundle).packs ?? [];
  expect(stripped?.rules.map((rule) => rule.shadowArguments)).toEqual([undefined, undefined]);
  expect(stripped).not.toHaveProperty('shadowRules');
});

function mapValues<T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

import { describe, expect, it } from 'vitest';
import { pack } from '../../core/policy/testing/gen.ts';
import { impossibleConstraints } from './constraints.ts';

type Rule = NonNullable<Parameters<typeof pack>[0]['tools']>[number];
type Said = NonNullable<Rule['arguments']>[string];
const found = (...rules: Rule[]): string[] =>
  impossibleConstraints(pack({ tools: rules })).map(
    ({ code, path, message }) => `${code} ${path.slice(2).join('.')}: ${message}`,
  );
const ofOne = (said: Said): string[] => found({ names: ['a'], effect: 'Allow', arguments: { x: said } });
const rule = (x: Said, more: Partial<Rule> = {}): Rule => ({
  names: ['a'],
  effect: 'Allow',
  arguments: { x },
  ...more,
});

describe('a value of a list', () => {
  it.each<[string, Said, string]>([
    ['outside of the pattern', { type: 'string', enum: ['AB', 'x'], pattern: '[A-Z]+' }, '"x" does not meet'],
    ['too long', { type: 'string', enum: ['ab', 'abc'], maxLength: 2 }, '"abc" does not meet'],
    ['above the largest', { type: 'integer', enum: [1, 7], max: 5 }, '7 does not meet'],
    ['of another type', { type: 'number', enum: [1, 'two'] }, '"two" does not meet'],
    ['outside of the roots', { type: 'path', roots: ['/data'], enum: ['/data/a', '/etc/a'] }, '"/etc/a" does not meet'],
    [
      'another host',
      { type: 'url', hosts: ['a.example'], enum: ['https://a.example/', 'https://b.example/'] },
      '"https://b.example/" does',
    ],
  ])('that is %s is never let through', (_, said, message) => {
    expect(ofOne(said)).toEqual([expect.stringContaining(`impossible-value 0.arguments.x.enum.1: ${message}`)]);
  });

  it('and if none of them is, nothing that is sent passes', () => {
    expect(ofOne({ type: 'string', enum: ['a', 'b'], pattern: '[A-Z]' })).toEqual([
      expect.stringMatching(/^impossible-argument 0\.arguments\.x: no value of `enum` meets what else/),
    ]);
  });

  it('that meets all of it is fine, required or not, in shadow or not', () => {
    expect(ofOne({ type: 'string', enum: ['A'], pattern: '[A-Z]', required: true, mode: 'Shadow' })).toEqual([]);
  });
});

describe('an argument', () => {
  it('that is a whole number lies where there are some', () => {
    expect(ofOne({ type: 'integer', min: 0.2, max: 0.8 })).toEqual([expect.stringContaining('from 0.2 to 0.8')]);
    expect(ofOne({ type: 'integer', min: 0.2, max: 1 })).toEqual([]);
    expect(ofOne({ type: 'number', min: 0.2, max: 0.8 })).toEqual([]);
  });

  it('that is forbidden needs nothing else', () => {
    expect(ofOne({ type: 'string', forbidden: true, pattern: 'a' })).toEqual([
      expect.stringContaining('no-effect 0.arguments.x.pattern: says nothing'),
    ]);
    expect(ofOne({ type: 'path', roots: ['/a'], forbidden: true })).toEqual([]);
  });
});

describe('two rules about the same calls', () => {
  it.each<[Said, Said, string]>([
    [{ type: 'number', min: 5 }, { type: 'number', max: 4 }, 'has to be at least 5 and at most 4'],
    [{ type: 'string', enum: ['a'] }, { type: 'string', enum: ['b'] }, 'has no value that both lists have'],
    [{ type: 'any', required: true }, { type: 'any', forbidden: true }, 'is required and forbidden'],
    [{ type: 'string' }, { type: 'boolean' }, 'is a boolean and a string at once'],
  ])('ask for what nothing is: %j and %j', (one, other, message) => {
    expect(found(rule(one), rule(other, { names: ['a', 'b'] }))).toEqual([
      expect.stringMatching(/^impossible-argument 0\.arguments\.x: .* with what tools\[1\] asks/),
    ]);
    expect(found(rule(one), rule(other))).toEqual([
      expect.stringContaining(`impossible-argument 1.arguments.x: ${message}`),
    ]);
  });

  it.each<[string, Rule, Rule]>([
    ['there is something', rule({ type: 'number', min: 5 }), rule({ type: 'any', max: 5 })],
    ['they are about others', rule({ type: 'number', min: 5 }), rule({ type: 'number', max: 4 }, { names: ['b'] })],
    ['one is in shadow', rule({ type: 'number', min: 5 }), rule({ type: 'number', max: 4 }, { mode: 'Shadow' })],
    ['one check is in shadow', rule({ type: 'number', min: 5 }), rule({ type: 'number', max: 4, mode: 'Shadow' })],
    ['a list of what the other says', rule({ type: 'array' }), rule({ type: 'string' })],
  ])('go together where %s', (_, one, other) => {
    expect(found(one, other)).toEqual([]);
  });
});

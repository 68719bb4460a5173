import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GrantArgument } from '../api/grant-argument.ts';
import { canonicalJson } from '../canonical-json.ts';
import { escapePart } from '../json-pointer.ts';
import { whyNotFitting } from './fits-grant.ts';

type Arguments = Readonly<Record<string, unknown>>;

const why = (said: GrantArgument[], args: Arguments, hidden: string[] = []): string | undefined =>
  whyNotFitting(said, { arguments: args, hidden });

describe('a grant covers the arguments of a call', () => {
  it.each<[string, GrantArgument[], Arguments]>([
    ['that has none, as it says', [], {}],
    ['with a value that it names', [{ at: '/to', enum: ['ACME', 5] }], { to: 'ACME' }],
    ['with a number in its range', [{ at: '/amount', min: 1, max: 5000 }], { amount: 5000 }],
    ['with a number below its end', [{ at: '/amount', max: 5000 }], { amount: -1.5 }],
    ['with a text that matches as a whole', [{ at: '/iban', pattern: 'DE[0-9]+' }], { iban: 'DE44' }],
    ['with a value in another order of keys', [{ at: '/a', json: '{"b":1,"c":[null]}' }], { a: { c: [null], b: 1 } }],
    ['with a member that it names', [{ at: '/a/b~1c/0', enum: ['x'] }], { a: { 'b/c': ['x'] } }],
    ['with one that may be anything', [{ at: '/memo', any: true }], { memo: { deep: [1] } }],
    ['without one that may be anything', [{ at: '/memo', any: true }], {}],
  ])('%s', (_how, said, args) => {
    expect(why(said, args)).toBeUndefined();
  });

  it('where what is not shown may be anything', () => {
    expect(why([{ at: '/memo', any: true }], { memo: '[redacted]' }, ['/memo'])).toBeUndefined();
    expect(why([{ at: '/a', any: true }], { a: { b: 'cut' } }, ['/a/b'])).toBeUndefined();
  });
});

describe('a grant does not cover a call', () => {
  it.each<[string, GrantArgument[], Arguments, string]>([
    ['with an argument that it does not name', [], { to: 'x' }, '/to is not named in it'],
    [
      'with a member beside those that it names',
      [{ at: '/a/b', any: true }],
      { a: { b: 1, c: 2 } },
      '/a/c is not named',
    ],
    ['with an empty object that it does not name', [], { a: {} }, '/a is not named'],
    ['with an empty list in place of its entry', [{ at: '/a/0', enum: [1] }], { a: [] }, '/a is not named'],
    ['with another value', [{ at: '/to', enum: ['ACME'] }], { to: 'acme' }, '/to is another'],
    ['with a number as a text', [{ at: '/n', enum: [5] }], { n: '5' }, '/n is another'],
    ['with a text where a number is to be', [{ at: '/n', max: 9 }], { n: '5' }, '/n is another'],
    ['with a number above its end', [{ at: '/n', max: 9 }], { n: 9.01 }, '/n is another'],
    ['with a number below its start', [{ at: '/n', min: 9 }], { n: 8 }, '/n is another'],
    ['with a text that matches in part', [{ at: '/t', pattern: 'a+' }], { t: 'aab' }, '/t is another'],
    ['with a number where a text is to be', [{ at: '/t', pattern: '[0-9]+' }], { t: 5 }, '/t is another'],
    ['with an entry whose pattern is none', [{ at: '/t', pattern: '(?=a)' }], { t: 'a' }, '/t is another'],
    ['with an entry whose JSON is none', [{ at: '/t', json: '{' }], { t: '{' }, '/t is another'],
    ['with other JSON', [{ at: '/t', json: 'true' }], { t: 'true' }, '/t is another'],
    ['without an argument that it names', [{ at: '/to', enum: ['ACME'] }], {}, '/to is missing'],
    ['with an entry that says nothing', [{ at: '/to' }], { to: 'x' }, '/to is another'],
  ])('%s', (_how, said, args, problem) => {
    expect(why(said, args)).toContain(problem);
  });

  it.each([[['/a']], [['/a/b']]])('whose argument is not shown whole, as at %j', (hidden) => {
    expect(why([{ at: '/a', json: '{"b":1}' }], { a: { b: 1 } }, hidden)).toContain('cannot be seen whole');
  });

  it('whose argument stands below what is not shown, or is what is not shown', () => {
    expect(why([{ at: '/a/b', enum: [1] }], { a: { b: 1 } }, ['/a'])).toContain('cannot be seen whole');
    expect(why([], { a: 'cut' }, ['/a'])).toContain('cannot be seen whole');
  });
});

it('whatever is kept as it is fits itself, and nothing else', () => {
  const arg = fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue(), { maxKeys: 5 });
  fc.assert(
    fc.property(arg, arg, (one, other) => {
      const said = Object.entries(one).map(([key, value]) => ({
        at: `/${escapePart(key)}`,
        json: canonicalJson(value),
      }));
      expect(why(said, one)).toBeUndefined();
      if (canonicalJson(one) !== canonicalJson(other)) expect(why(said, other)).toBeDefined();
    }),
  );
});

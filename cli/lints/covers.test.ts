import { describe, expect, it } from 'vitest';
import { covers, isSame, patternsCover, type Reach } from './covers.ts';

describe('patterns', () => {
  it.each<[string[], string[], boolean]>([
    [['*'], ['get_*', 'x'], true],
    [['get_*'], ['get_a*'], true],
    [['get_*'], ['*'], false],
    [['get_*'], ['get_'], true],
    [['*_a*'], ['x_*a'], false],
    [['a*', 'b*'], ['ab', 'b*c'], true],
    [['a*b'], ['a*'], false],
  ])('%j are asked about all that %j are: %s', (outer, inner, all) => {
    expect(patternsCover(outer, inner, 'name')).toBe(all);
  });

  it.each<[string[], string[], boolean]>([
    [['file:///a/**'], ['file:///a/*'], true],
    [['file:///a/*'], ['file:///a/**'], false],
    [['file:///a/*/*'], ['file:///a/**'], false],
    [['**'], ['file:///a/**/b'], true],
  ])('of URIs %j and %j: %s', (outer, inner, all) => {
    expect(patternsCover(outer, inner, 'uri')).toBe(all);
  });
});

describe('a rule', () => {
  const reach = (more: Partial<Reach> = {}): Reach => ({ patterns: ['a'], syntax: 'name', ...more });

  it('for everyone is asked about the calls of some, and not the other way round', () => {
    const some = reach({ principals: { names: ['ada'], groups: ['g'] } });
    expect([covers(reach(), some), covers(some, reach())]).toEqual([true, false]);
    expect(covers(reach({ principals: { names: ['ada', 'bob'] } }), some)).toBe(false);
    expect(covers(reach({ principals: { names: ['ada', 'bob'], groups: ['g'] } }), some)).toBe(true);
  });

  it.each([
    ['no other scope than the other needs', { scopes: ['a'] }, { scopes: ['a', 'b'] }, true],
    ['a scope that the other does not need', { scopes: ['a', 'b'] }, { scopes: ['a'] }, false],
    ['a scope, and the other names somebody', { scopes: ['a'] }, { names: ['ada'] }, false],
    ['more issuers', { issuers: ['i', 'j'] }, { names: ['ada'], issuers: ['i'] }, true],
    ['an issuer, and the other none', { issuers: ['i'] }, { names: ['ada'] }, false],
    ['names, and the other issuers alone', { names: ['ada'] }, { issuers: ['i'] }, false],
  ])('that asks for %s', (_what, outer, inner, all) => {
    expect(covers(reach({ principals: outer }), reach({ principals: inner }))).toBe(all);
  });

  it('with a condition is asked about less, but for the same one', () => {
    const sometimes = reach({ when: 'arguments.n > 1' });
    expect([covers(reach(), sometimes), covers(sometimes, reach())]).toEqual([true, false]);
    expect(isSame(sometimes, reach({ when: 'arguments.n > 1' }))).toBe(true);
    expect(isSame(sometimes, reach({ when: 'arguments.n > 2' }))).toBe(false);
  });
});

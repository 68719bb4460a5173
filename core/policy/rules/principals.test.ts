import { describe, expect, it } from 'vitest';
import { PrincipalSet, principals } from './principals.ts';

describe('principals', () => {
  it.each([
    ['everyone, where a pack says nothing', undefined, null],
    ['names alone', { names: ['b', 'a'] }, { names: ['b', 'a'], groups: [] }],
    ['groups alone', { groups: ['g'] }, { names: [], groups: ['g'] }],
  ])('are held as %s', (_what, said, held) => {
    expect(principals.compile(said === undefined ? {} : { principals: said })).toEqual(held);
  });

  const set = new PrincipalSet({ names: ['ada'], groups: ['treasury'] });
  it.each([
    ['by name', 'ada', [], true],
    ['by any of its groups', 'bob', ['agents', 'treasury'], true],
    ['not by a group of that name', 'bob', ['ada'], false],
    ['not by a name that is a group', 'treasury', [], false],
    ['not in another case', 'Ada', ['Treasury'], false],
  ])('are known %s', (_how, name, groups, isMeant) => {
    expect(set.has({ kind: 'token', name, groups })).toBe(isMeant);
  });
});

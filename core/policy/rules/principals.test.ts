import { describe, expect, it } from 'vitest';
import type { Principal } from '../principal.ts';
import { PrincipalSet, principals, widened } from './principals.ts';

const ADA = { names: ['ada'] };

describe('principals', () => {
  it.each([
    ['everyone, where a pack says nothing', undefined, null],
    ['names alone', { names: ['b', 'a'] }, { names: ['b', 'a'], groups: [] }],
    ['groups alone', { groups: ['g'] }, { names: [], groups: ['g'] }],
    ['scopes alone', { scopes: ['pay'] }, { names: [], groups: [], scopes: ['pay'] }],
    [
      'all there is',
      { ...ADA, issuers: ['i'], scopes: ['pay'] },
      { ...ADA, groups: [], issuers: ['i'], scopes: ['pay'] },
    ],
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
    expect(set.has({ name, groups })).toBe(isMeant);
  });
});

const IDP = 'https://login.example.com';
const jwt = (more: Partial<Principal> = {}): Principal => ({
  ...{ kind: 'jwt', name: 'ada', groups: ['treasury'], issuer: IDP, scopes: ['mcp', 'pay'] },
  ...more,
});

describe('issuers and scopes narrow', () => {
  it.each([
    ['any name of an issuer', { issuers: [IDP] }, jwt(), true],
    ['not that of another issuer', { issuers: [IDP] }, jwt({ issuer: 'https://other.example.com' }), false],
    ['nor of whom no issuer vouches', { issuers: [IDP] }, { kind: 'token', name: 'ada', groups: [] } as const, false],
    ['a name, of any of the issuers', { names: ['ada'], issuers: ['https://a.example', IDP] }, jwt(), true],
    ['no other name of that issuer', { names: ['bob'], issuers: [IDP] }, jwt(), false],
    ['a group, of the issuer', { groups: ['treasury'], issuers: [IDP] }, jwt(), true],
    ['who has the scope', { scopes: ['pay'] }, jwt(), true],
    ['who has all of the scopes', { scopes: ['pay', 'mcp'] }, jwt(), true],
    ['not who has some of them', { scopes: ['pay', 'admin'] }, jwt(), false],
    ['not in another case', { scopes: ['Pay'] }, jwt(), false],
    ['nor who has none', { scopes: ['pay'] }, { kind: 'token', name: 'ada', groups: [] } as const, false],
    ['a name with a scope', { names: ['ada'], scopes: ['pay'] }, jwt({ scopes: [] }), false],
  ])('%s', (_who, said, caller, isMeant) => {
    expect(new PrincipalSet({ names: [], groups: [], ...said }).has(caller)).toBe(isMeant);
  });

  it('and whoever lacks scopes alone is told apart from whoever is not meant', () => {
    const set = new PrincipalSet({ names: ['ada'], groups: [], scopes: ['admin'] });
    expect([set.isAbout(jwt()), set.isAbout(jwt({ name: 'bob' }))]).toEqual([true, false]);
    expect(set.scopes).toEqual(['admin']);
  });

  it('while nothing said at all, which no pack can, is about nobody', () => {
    expect(new PrincipalSet({ names: [], groups: [] }).has(jwt())).toBe(false);
  });
});

it.each([
  ['everyone', null, null],
  ['names', { names: ['ada'], groups: [] }, { names: ['ada'], groups: [] }],
  ['names without scopes', { names: ['ada'], groups: [], scopes: ['pay'] }, { names: ['ada'], groups: [] }],
  ['everyone, where scopes are all that is said', { names: [], groups: [], scopes: ['pay'] }, null],
  ['everyone, where issuers are', { names: [], groups: [], issuers: [IDP] }, null],
])('for gates that know neither issuers nor scopes they are widened to %s', (_who, said, wide) => {
  expect(widened(said)).toEqual(wide);
});

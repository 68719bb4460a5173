import { describe, expect, it } from 'vitest';
import type { BundleIssuer } from '../../../core/policy/settings/jwt.ts';
import { type Claims, principalOf } from './claims.ts';

const NAMES = { name: 'sub', groups: 'groups', scopes: 'scope' };

function read(claims: Claims, said: Partial<BundleIssuer> = {}) {
  const issuer = 'https://login.example.com';
  const rest = { audiences: ['a'], keys: null, algorithms: [], clockSkewMs: 0 };
  return principalOf(claims, { issuer, ...rest, claims: NAMES, require: {}, ...said });
}

describe('who a token is about', () => {
  it('has the name, the groups and the scopes that it says, and its issuer', () => {
    expect(read({ sub: 'ada', groups: ['staff', 'treasury'], scope: 'mcp pay' })).toEqual({
      kind: 'jwt',
      name: 'ada',
      groups: ['staff', 'treasury'],
      scopes: ['mcp', 'pay'],
      issuer: 'https://login.example.com',
    });
  });

  it('is in no group where it says none', () => {
    expect(read({ sub: 'ada' })).toMatchObject({ groups: [], scopes: [] });
    expect(read({ sub: 'ada', groups: null, scope: '' })).toMatchObject({ groups: [], scopes: [] });
  });

  it('reads one group, and scopes in a list', () => {
    expect(read({ sub: 'ada', groups: 'all staff', scope: ['mcp'] })).toMatchObject({
      groups: ['all staff'],
      scopes: ['mcp'],
    });
  });

  it('reads a claim inside another one, and one whose name is a URL', () => {
    const claims = { name: '/user/login', groups: '/realm_access/roles', scopes: 'https://example.com/scopes' };
    const said = { user: { login: 'ada' }, realm_access: { roles: ['ops'] }, 'https://example.com/scopes': 'mcp' };
    expect(read(said, { claims })).toMatchObject({ name: 'ada', groups: ['ops'], scopes: ['mcp'] });
  });

  it.each<[string, Claims]>([
    ['sub', {}],
    ['sub', { sub: '' }],
    ['sub', { sub: 7 }],
    ['sub', { sub: 'a\nb' }],
    ['sub', { sub: 'x'.repeat(254) }],
    ['sub', { sub: '\ud800' }],
    ['groups', { sub: 'ada', groups: { a: 1 } }],
    ['groups', { sub: 'ada', groups: ['a', 7] }],
    ['groups', { sub: 'ada', groups: Array.from({ length: 257 }, (_, i) => `g${i}`) }],
    ['scope', { sub: 'ada', scope: [['mcp']] }],
  ])('is nobody where %s cannot be read: %j', (claim, claims) => {
    expect(read(claims)).toMatch(new RegExp(`^its claim ${claim} is no `));
  });

  it('is nobody by what is inherited', () => {
    expect(read({}, { claims: { ...NAMES, name: 'constructor' } })).toBe('its claim constructor is no name');
    expect(read({ sub: 'x' }, { claims: { ...NAMES, name: '/sub/length' } })).toBe('its claim /sub/length is no name');
  });

  it('needs the claims that are asked for, alone or in a list', () => {
    const require = { tenant: 'acme' };
    expect(read({ sub: 'ada', tenant: 'acme' }, { require })).toMatchObject({ name: 'ada' });
    expect(read({ sub: 'ada', tenant: ['x', 'acme'] }, { require })).toMatchObject({ name: 'ada' });
    for (const tenant of [undefined, 'acme2', ['x'], { acme: true }, true])
      expect(read({ sub: 'ada', tenant }, { require })).toBe('its claim tenant is not what this server asks for');
  });
});
